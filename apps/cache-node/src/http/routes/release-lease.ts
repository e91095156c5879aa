import { CacheKey, namespaceOf } from '@freshet/core/keys/cache-key'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readJson } from '../json-body.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

export const ReleaseRequest = z.strictObject({
  key: CacheKey,
  /** What `Freshet-Lease` said. */
  token: z.string().min(1).max(4_096),
})

/**
 * `POST /api/leases/release`: the holder of a load's lease says that nothing will come of it. Without that a load that failed
 * at once keeps all others from trying until the lease has run out.
 */
export function releaseLeaseRoute(app: FastifyInstance, { leasing }: NodeServices): void {
  async function release(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { key, token } = parseInput(ReleaseRequest, readJson(request), 'body')
    request.allow('write', namespaceOf(key))
    await leasing.release(key, leasing.redeem(token, key, 'token').nonce)
    reply.code(204)
  }

  app.post('/api/leases/release', { config: { limit: 'write' } }, release)
}
