import Fastify from 'fastify'
import { Redis } from 'ioredis'

/**
 * What a team would write instead: Fastify and ioredis, GET and SET. No credential, no freshness beyond Redis's own
 * expiry, no invalidation: the least that a cache behind HTTP can be. Environment: PORT, REDIS_URL.
 */
const redis = new Redis(process.env.REDIS_URL ?? '')
const app = Fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

app.get('/ready', async () => (await redis.ping()) === 'PONG')

app.get<{ Params: { key: string } }>('/api/cache/:key', async (request, reply) => {
  const value = await redis.getBuffer(`bench:${request.params.key}`)
  if (value === null) return reply.code(404).send()
  return reply.type('application/octet-stream').send(value)
})

app.put<{ Params: { key: string }; Body: Buffer }>('/api/cache/:key', async (request, reply) => {
  await redis.set(`bench:${request.params.key}`, request.body, 'EX', 86_400)
  return reply.code(204).send()
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
