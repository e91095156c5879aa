import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const APP = path.resolve(import.meta.dirname, '../..')

export interface WorkerProcess {
  /** Where its health and metrics are. */
  url: string
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves to its exit code and signal. */
  end(): Promise<unknown[]>
  /** The value of a metric without labels, or with the labels as they are shown; 0 when it is not there. */
  metric(series: string): Promise<number>
}

/** Starts the real worker from its sources and waits until it says where it listens. */
export async function spawnWorker(env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: APP,
    env: {
      ...env,
      FRESHET_SECRET: 'a secret of the test that is long enough',
      FRESHET_WORKER_PORT: '0',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = `http://127.0.0.1:${await portOf(child)}`
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return []
    child.kill(signal)
    return once(child, 'exit')
  }
  return {
    url,
    kill: async () => void (await end('SIGKILL')),
    end: () => end('SIGTERM'),
    metric: async (series) => {
      const text = await (await fetch(`${url}/metrics`)).text()
      const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
      return Number(line?.slice(series.length + 1) ?? 0)
    },
  }
}

/** The worker says in its log where it listens. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the worker ended before it said where it listens')))
    // Read to the end of its life: a worker whose log nobody reads would come to a stop.
    child.stdout?.on('data', (chunk) => {
      const port = /"port":(\d+)/.exec(String(chunk))?.[1]
      if (port) resolve(Number(port))
    })
  })
}
