import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { DemoFacts } from '@freshet/scripts/platform/boot'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { isAlive } from '@freshet/scripts/processes/identity'
import type { PidRecord } from '@freshet/scripts/processes/pid-file'
import { waitUntil } from '@freshet/scripts/processes/wait-until'

/** A run of `npm start` on a data directory of the test's own. */
export class Started {
  readonly process: ChildProcess
  private readonly dataDir: string
  private said = ''

  constructor(dataDir: string, ...args: string[]) {
    this.dataDir = dataDir
    this.process = spawn(process.execPath, [path.join(CHECKOUT, 'scripts/start.mjs'), '--no-traffic', ...args], {
      env: { ...process.env, FRESHET_DATA_DIR: dataDir },
    })
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (text) => {
        this.said += text
      })
  }

  /** All that it has printed so far. */
  get output(): string {
    return this.said
  }

  /** Resolves when the platform is ready; rejects with what it printed when it ends instead. */
  async ready(): Promise<DemoFacts> {
    const ended = new AbortController()
    this.process.once('exit', () => ended.abort())
    const isReady = () => this.said.includes('Freshet is ready.')
    if (!(await waitUntil(isReady, { timeoutMs: 120_000, signal: ended.signal }))) throw new Error(this.said)
    return JSON.parse(readFileSync(path.join(this.dataDir, 'demo.json'), 'utf8'))
  }

  /** What it says is running. */
  services(): PidRecord[] {
    const runDir = path.join(this.dataDir, 'run')
    return readdirSync(runDir).map((file) => JSON.parse(readFileSync(path.join(runDir, file), 'utf8')))
  }

  /** Resolves with the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode
    const exited = once(this.process, 'exit')
    this.process.kill(signal)
    const [code] = await exited
    return code
  }
}

export function alive(services: readonly PidRecord[]): string[] {
  return services.filter(isAlive).map(({ name }) => name)
}
