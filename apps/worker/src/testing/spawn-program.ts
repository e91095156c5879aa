import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const APPS = path.resolve(import.meta.dirname, '../../..')

/** One of the product's programs, run from its sources. */
export interface Program {
  /** What it said in its log, as the pattern's first group found it. */
  said: string
  /** Signals it and waits until it is gone; resolves to its exit code and signal. */
  end(signal: NodeJS.Signals): Promise<unknown[]>
}

/** Starts a program and waits until its log says what the pattern looks for. */
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
  const said = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${app} ended before it had started`)))
    // Read to the end of its life: a program whose log nobody reads would come to a stop.
    child.stdout?.on('data', (chunk) => {
      const found = says.exec(String(chunk))?.[1]
      if (found) resolve(found)
    })
  })
  return {
    said,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return []
      child.kill(signal)
      return once(child, 'exit')
    },
  }
}
