import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { waitUntil } from '@freshet/scripts/processes/wait-until'

/** Clock ticks per second of /proc; Linux has had 100 on every architecture for decades. */
const TICKS_PER_SECOND = 100

export interface ServerProcess {
  readonly name: string
  readonly port: number
  /** CPU seconds that the process has used so far, kernel included. */
  cpuSeconds(): number
  stop(): Promise<void>
}

interface Launch {
  name: string
  command: readonly [string, ...string[]]
  env: Readonly<Record<string, string>>
  port: number
  /** Answers 2xx once the server is ready. */
  readyPath: string
}

/** Starts a server and waits until it is ready. Throws, with what it said, when it is not within 20 s. */
export async function startServer({ name, command, env, port, readyPath }: Launch): Promise<ServerProcess> {
  const [program, ...args] = command
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said = (said + text).slice(-4_000)))
  const isReady = await waitUntil(() => child.exitCode !== null || answers(port, readyPath), { timeoutMs: 20_000 })
  if (!isReady || child.exitCode !== null) {
    child.kill('SIGKILL')
    throw new Error(`${name} did not start:\n${said}`)
  }
  return {
    name,
    port,
    cpuSeconds: () => readCpuSeconds(child),
    stop: () => stop(child),
  }
}

async function answers(port: number, path: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

function readCpuSeconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(patience)
}
