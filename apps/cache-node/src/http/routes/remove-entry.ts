import { randomUUID } from 'node:crypto'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { causeOf } from '../invalidation/cause-of.ts'
import { invalidateFor, isSettled, receiptLocation } from '../invalidation/invalidate-for.ts'
import { readWait } from '../invalidation/wait-query.ts'
import type { NodeServices } from '../node-services.ts'
import { readKey } from '../request-key.ts'

/**
 * DELETE and PURGE of one key: a hard invalidation that says no more than that it is done, or shows its receipt when it is
 * not done yet.
 */
export function removeEntryRoutes(app: FastifyInstance, services: NodeServices): void {
  async function remove(request: FastifyRequest, reply: FastifyReply): Promise<Receipt | null> {
    const key = readKey(request.raw.url ?? '')
    const namespace = namespaceOf(key)
    request.allow('invalidate', namespace)
    const { wait, limitMs } = readWait(request, 'all')
    const receipt = await invalidateFor(
      services,
      { keys: [key], tags: [], patterns: [], namespaces: [], all: false },
      { mode: 'hard', reach: [namespace], cause: causeOf(request, randomUUID()), wait, limitMs },
    )
    reply.header('freshet-receipt', receipt.id)
    if (receipt.epoch !== null) reply.header('freshet-epoch', receipt.epoch)
    if (isSettled(receipt, wait)) {
      reply.code(204)
      return null
    }
    reply.code(202).header('location', receiptLocation(receipt.id))
    return receipt
  }

  app.route({ method: ['DELETE', 'PURGE'], url: '/api/cache/*', config: { limit: 'invalidate' }, handler: remove })
}
