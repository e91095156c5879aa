import { spawnProgram } from '@freshet/testing/spawn-program'

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

/** Starts the real worker and waits until it says where it listens. */
export async function spawnWorker(env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const program = await spawnProgram('worker', { ...env, FRESHET_WORKER_PORT: '0', LOG_LEVEL: 'info' }, /"port":(\d+)/)
  const url = `http://127.0.0.1:${program.said}`
  return {
    url,
    kill: async () => void (await program.end('SIGKILL')),
    end: () => program.end('SIGTERM'),
    metric: async (series) => {
      const text = await (await fetch(`${url}/metrics`)).text()
      const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
      return Number(line?.slice(series.length + 1) ?? 0)
    },
  }
}
