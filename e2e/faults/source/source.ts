import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { startHttpService } from '@freshet/scripts/processes/http-service'
import { freePort } from '@freshet/scripts/processes/ports'

export interface Source {
  url: string
  kill(signal: NodeJS.Signals): void
  /** On the same port, with the rows it had. */
  restart(): Promise<void>
  /** Commits a row. Rejects when the source is away. */
  write(key: string, n: number): Promise<void>
  stop(): Promise<void>
}

/** Starts the origin as a process of its own, its rows in `folder`. */
export async function startSource(folder: string): Promise<Source> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const spec = {
    name: 'source',
    command: process.execPath,
    args: ['--import', 'tsx', path.join(import.meta.dirname, 'main.ts'), String(port), path.join(folder, 'rows')],
    cwd: CHECKOUT,
    env: process.env,
    logFile: path.join(folder, 'source.log'),
  }
  let service = await startHttpService(spec, `${url}/livez`)
  return {
    url,
    kill: (signal) => service.signal(signal),
    restart: async () => {
      await service.stop()
      service = await startHttpService(spec, `${url}/livez`)
    },
    write: async (key, n) => {
      const response = await fetch(`${url}/rows/${key}`, { method: 'PUT', body: String(n) })
      if (!response.ok) throw new Error(`the source answered ${response.status}`)
    },
    stop: () => service.stop(),
  }
}
