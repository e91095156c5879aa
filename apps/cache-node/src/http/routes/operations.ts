import type { FastifyInstance, FastifyReply } from 'fastify'
import { renderPrometheus } from '../../metrics/render-prometheus.ts'
import type { NodeServices } from '../node-services.ts'

/** Health and metrics. Probes and Prometheus need no credential: they show figures, never keys or values. */
export function operationsRoutes(app: FastifyInstance, services: NodeServices): void {
  const { follower, instant, isDraining, isControlKnown, readChecks, readMetrics, readProcessMetrics, version } =
    services

  app.get('/livez', { config: { open: true } }, async () => ({ status: 'ok' }))

  app.get('/readyz', { config: { open: true } }, async (_request, reply) => {
    const { ready, reasons } = readiness()
    return noStore(reply.code(ready ? 200 : 503)).send({ status: ready ? 'ready' : 'not_ready', reasons })
  })

  app.get('/health', { config: { open: true } }, async (_request, reply) => {
    const { reasons } = readiness()
    const now = instant()
    const { promises, findings } = readChecks()
    return noStore(reply).send({
      // Not the same as ready: without a lease a node is to be asked, and is not well.
      status: reasons.length === 0 ? 'healthy' : 'degraded',
      reasons,
      version,
      coherence: {
        state: follower.state(now),
        applied: follower.applied,
        tail: follower.tail,
        leaseRemainingMs: Math.round(follower.leaseRemainingMs(now)),
      },
      promises,
      // The codes alone: what they are about is in the node's own log.
      findings: findings.map(({ code, level }) => ({ code, level })),
    })
  })

  app.get('/metrics', { config: { open: true } }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return renderPrometheus(readMetrics()) + (await readProcessMetrics())
  })

  app.get('/api/metrics', { config: { limit: 'list' } }, async (request, reply) => {
    request.allow('read', '*')
    return noStore(reply).send(readMetrics())
  })

  /** Ready means: a load balancer may send traffic here. A node without lease still answers, by its policies. */
  function readiness(): { ready: boolean; reasons: string[] } {
    const reasons: string[] = []
    if (isDraining()) reasons.push('draining')
    const state = follower.state(instant())
    if (state === 'syncing') reasons.push('the invalidation log was not read to its tail yet')
    if (state === 'degraded') reasons.push('the lease ran out: the invalidation log cannot be reached')
    if (!isControlKnown()) reasons.push('policies and API keys were not read yet')
    return { ready: !isDraining() && isControlKnown() && state !== 'syncing', reasons }
  }
}

function noStore(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store')
}
