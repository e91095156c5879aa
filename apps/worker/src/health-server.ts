import { createServer, type Server } from 'node:http'
import type { WorkerMetrics } from './metrics/worker-metrics.ts'

export interface HealthServerOptions {
  host: string
  port: number
  metrics: Pick<WorkerMetrics, 'render' | 'contentType'>
  /** Why the worker does not do its work at the moment; empty when it does. */
  findFaults: () => Promise<string[]>
}

/**
 * `/livez`: the process runs. `/readyz`: it can work, else 503 with the reasons. `/metrics`: for Prometheus. A worker
 * that waits for Redis or PostgreSQL is alive: restarting it would not bring them back.
 */
export function startHealthServer({ host, port, metrics, findFaults }: HealthServerOptions): Promise<Server> {
  const server = createServer(async (request, response) => {
    const send = (status: number, contentType: string, body: string) =>
      response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body)
    const json = (status: number, body: object) => send(status, 'application/json', JSON.stringify(body))
    try {
      if (request.url === '/livez') return json(200, { status: 'alive' })
      if (request.url === '/metrics') return send(200, metrics.contentType, await metrics.render())
      if (request.url !== '/readyz') return json(404, { status: 'not found' })
      const faults = await findFaults()
      return json(faults.length === 0 ? 200 : 503, { status: faults.length === 0 ? 'ready' : 'not ready', faults })
    } catch (error) {
      return json(500, { status: 'failed', faults: [String(error)] })
    }
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}
