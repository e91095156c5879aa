import Fastify, { type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { answerBatch, BatchRequest } from './batch.ts'
import { beSlow } from './latency.ts'
import { resources } from './resources/all.ts'
import type { Resource } from './resources/resource.ts'
import { respond } from './respond.ts'

export interface OriginOptions {
  db: pg.Pool
  /** Median of the added latency; 0 adds none. */
  latencyMedianMs: number
  /** Share of answers that are failures, 0 to 1: real services have some. */
  failureRatio: number
}

/** The shop as an HTTP service: slow at times, failing at times, and without a cache of its own. */
export function buildOrigin({ db, latencyMedianMs, failureRatio }: OriginOptions): FastifyInstance {
  const server = Fastify({ logger: false, bodyLimit: 1024 * 1024 })

  server.get('/livez', () => ({ status: 'ok' }))

  server.register(async (shop) => {
    shop.addHook('preHandler', async (_request, reply) => {
      await beSlow(latencyMedianMs)
      if (Math.random() >= failureRatio) return
      // Half of them pass when asked again at once (503), half are a fault of this request (500).
      await reply.code(Math.random() < 0.5 ? 503 : 500).send({ error: 'The shop stumbled' })
    })
    for (const resource of resources) addResource(shop, db, resource)
    shop.post('/batch', async (request, reply) => {
      const asked = BatchRequest.safeParse(request.body)
      if (!asked.success) return reply.code(422).send({ error: 'Expected {"keys": [...]}' })
      return answerBatch(db, asked.data.keys)
    })
  })
  return server
}

function addResource(shop: FastifyInstance, db: pg.Pool, resource: Resource): void {
  shop.get<{ Params: { id?: string }; Querystring: { q?: string } }>(resource.route, async (request, reply) => {
    const id = request.params.id ?? request.query.q ?? ''
    // PostgreSQL's text holds no NUL, so nothing is named by one; asking would be an error of the query.
    const found = id.includes('\0') ? null : await resource.find(db, [id])
    return respond(request, reply, found?.get(id), resource.cacheControl)
  })
}
