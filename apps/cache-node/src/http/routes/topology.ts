import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyInstance } from 'fastify'
import { matchesWeakly, parseEntityTags } from '../entity-tags.ts'
import type { NodeServices } from '../node-services.ts'

/** `GET /api/topology`: who is in the cluster, and who owns which key; from memory, so that any number may ask. */
export function topologyRoute(app: FastifyInstance, { membership }: Pick<NodeServices, 'membership'>): void {
  // Counted as a read, which it costs less than: a fleet of clients with one credential asks every few seconds.
  app.get('/api/topology', { config: { limit: 'read' } }, async (request, reply) => {
    const { topology } = membership
    if (topology === null)
      throw new AppError('log_unavailable', 'This node could not read yet who is in the cluster', {
        retryAfterMs: 1_000,
      })
    const etag = `"${topology.version}"`
    reply.header('etag', etag).header('cache-control', 'private, no-cache')
    const tags = parseEntityTags(request.headers['if-none-match'])
    if (tags !== null && matchesWeakly(tags, etag)) return reply.code(304).send()
    return topology
  })
}
