import { AppError } from '@freshet/core/errors/app-error'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { requireInvalidate } from '../invalidation/authorize-matchers.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

/** What an invalidation's id may be; ours are UUIDs, and those of a bulk run's chunks have a number behind it. */
export const InvalidationId = z.string().regex(/^[A-Za-z0-9-]{1,80}$/, 'an id is made of letters, digits and dashes')

/** `GET /api/invalidate/receipts/:id`: who has applied an invalidation, as far as is known now. */
export function receiptsRoute(app: FastifyInstance, { invalidator }: NodeServices): void {
  app.get<{ Params: { id: string } }>(
    '/api/invalidate/receipts/:id',
    { config: { limit: 'list' } },
    async (request, reply): Promise<Receipt> => {
      requireInvalidate(request.principal)
      const receipt = await invalidator.find(parseInput(InvalidationId, request.params.id, 'id'))
      if (receipt === null)
        throw new AppError('not_found', 'There is no receipt of this id, or not any more', { field: 'id' })
      reply.header('cache-control', 'no-store')
      return receipt
    },
  )
}
