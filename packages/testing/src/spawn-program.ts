import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const APPS = path.resolve(import.meta.dirname, '../../../apps')
const STARTS_WITHIN_MS = 60_000

/** One of the product's programs, run from its sources. */
export interface Program {
  readonly child: ChildProcess
  /** What it said in its log, as the pattern's first group found it. */
  readonly said: string
  /** Signals it and waits until it is gone; resolves to its exit code and signal, or to nothing when it was gone already. */
  end(signal: NodeJS.Signals): Promise<unknown[]>
}

/**
 * Starts a program and waits until its log says what the pattern looks for.
 *
 * @throws with its log, when it ends before, or does not say so within 60 s; nothing is left behind then.
 */
export async function spawnProgram(
  app: 'worker' | 'cache-node',
  env: NodeJS.ProcessEnv,
  says: RegExp,
): Promise<Program> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: path.join(APPS, app),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let log = ''
  let limit: NodeJS.Timeout | undefined
  const said = await new Promise<string>((resolve, reject) => {
    limit = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS)
    child.once('exit', () => reject(new Error(`${app} ended before it had started: ${log}`)))
    // Read to the end of its life: a program whose log nobody reads would come to a stop.
    child.stdout?.on('data', (chunk) => {
      if (limit === undefined) return
      log += chunk
      const found = says.exec(log)?.[1]
      if (found === undefined) return
      clearTimeout(limit)
      limit = undefined
      resolve(found)
    })
  }).finally(() => clearTimeout(limit))
  return {
    child,
    said,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return []
      child.kill(signal)
      return once(child, 'exit')
    },
  }
}
