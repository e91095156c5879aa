import type { Readable } from 'node:stream'
import { authorize } from '@freshet/core/access/permissions'
import { InvalidationMode } from '@freshet/core/coherence/log-record'
import { bulkChunkId, CHUNK_KEYS } from '@freshet/core/contracts/job-payloads'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { BulkRun } from '@freshet/redis/bulk-runs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Answer, answerOnce, readIdempotencyKey, sendAnswer, whatWasSaid } from '../invalidation/answer-once.ts'
import { requireInvalidate } from '../invalidation/authorize-matchers.ts'
import { causeOf, invalidationId } from '../invalidation/cause-of.ts'
import { discardRest, type ReceivedKeys, receiveKeys } from '../invalidation/receive-keys.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'
import { InvalidationId } from './receipts.ts'

export const MAX_BULK_KEYS = 1_000_000
export const MAX_BULK_BYTES = 64 * 1024 * 1024
/** Runs that a node takes in at a time: each may come to a few hundred megabytes of memory. */
const MAX_RUNS = 2

export const BulkQuery = z.strictObject({
  mode: InvalidationMode.default('hard'),
  reason: z.string().min(1).max(500).optional(),
})

/** What a bulk run set out to do and how far it has come, in chunks of 1,000 keys. */
export const BulkRunReply = BulkRun.extend({
  state: z.enum(['running', 'done', 'failed']).meta({
    description: '`failed`: some chunks used up their attempts; they are dead letters of the queue "invalidation"',
  }),
  done: z.number().int().nonnegative().meta({ description: 'Chunks acknowledged' }),
  dead: z.number().int().nonnegative().meta({ description: 'Chunks that used up their attempts' }),
})
export type BulkRunReply = z.infer<typeof BulkRunReply>

/** `POST /api/invalidate/bulk`: a million keys, one per line, handed to the workers; `GET` tells how far they have come. */
export function bulkRoutes(app: FastifyInstance, services: NodeServices): void {
  const { queue, bulkRuns, clusterClock } = services
  let running = 0

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireInvalidate(request.principal)
    const { mode, reason } = parseInput(BulkQuery, request.query, 'query')
    const idempotencyKey = readIdempotencyKey(request)
    requireIdentity(request)
    if (running >= MAX_RUNS) throw await refuse(tooMany(), request, reply)
    // Until its keys are in the queue a run takes memory; who is refused takes none and nobody's place.
    running++
    try {
      return sendAnswer(reply, await accept(request, await receive(request, reply), idempotencyKey, { mode, reason }))
    } finally {
      running--
    }
  }

  function accept(
    request: FastifyRequest,
    { chunks, count, digest }: ReceivedKeys,
    idempotencyKey: string | null,
    { mode, reason }: z.infer<typeof BulkQuery>,
  ): Promise<Answer> {
    if (count === 0) throw new AppError('invalid', 'Name at least one key', { field: 'body', limit: 1 })
    const said = whatWasSaid(request, digest)
    const id = invalidationId(request.principal, idempotencyKey, said)
    return answerOnce(request, said, services, async () => {
      const cause = { ...causeOf(request, id, reason), via: 'bulk' }
      const total = chunks.length
      await queue.addBulk(
        chunks.map((keys, n) => ({
          bulkId: id,
          n,
          total,
          keys: [...keys],
          mode,
          cause: { ...cause, id: bulkChunkId(id, n) },
        })),
      )
      const run: BulkRun = { id, mode, acceptedAtMs: clusterClock.nowMs(), keys: count, chunks: total }
      await bulkRuns.save(run)
      return accepted({ ...run, state: 'running', done: 0, dead: 0 })
    })
  }

  async function receive(request: FastifyRequest, reply: FastifyReply): Promise<ReceivedKeys> {
    const limits = { maxKeys: MAX_BULK_KEYS, maxBytes: MAX_BULK_BYTES, chunkKeys: CHUNK_KEYS }
    try {
      return await receiveKeys(piecesOf(request), limits, admitterFor(request))
    } catch (error) {
      const known = error instanceof AppError
      throw await refuse(
        known ? error : new AppError('bad_request', 'The body broke off', { field: 'body' }),
        request,
        reply,
      )
    }
  }

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // As it arrives: the route itself counts bytes and keys.
    scope.addContentTypeParser('text/plain', (_request, payload, done) => done(null, payload))
    scope.post('/api/invalidate/bulk', { config: { limit: 'invalidate' } }, take)
  })

  app.get<{ Params: { id: string } }>(
    '/api/invalidate/bulk/:id',
    { config: { limit: 'list' } },
    async (request, reply): Promise<BulkRunReply> => {
      requireInvalidate(request.principal)
      const run = await bulkRuns.find(parseInput(InvalidationId, request.params.id, 'id'))
      if (run === null)
        throw new AppError('not_found', 'There is no bulk run of this id, or not any more', { field: 'id' })
      const { open, dead } = await queue.bulkLeft(run.id, run.chunks)
      const state = open > 0 ? 'running' : dead > 0 ? 'failed' : 'done'
      reply.header('cache-control', 'no-store')
      return { ...run, state, done: run.chunks - open - dead, dead }
    },
  )
}

/** What is wrong is told once all of the body has come: who is still sending does not look for an answer. */
async function refuse(error: AppError, request: FastifyRequest, reply: FastifyReply): Promise<AppError> {
  if (!(await discardRest(piecesOf(request), MAX_BULK_BYTES))) reply.header('connection', 'close')
  return error
}

function piecesOf({ body }: FastifyRequest): AsyncIterable<Buffer> | Iterable<Buffer> {
  return (body as Readable | undefined)?.iterator({ destroyOnReturn: false }) ?? []
}

/** Authorises each namespace once. */
function admitterFor({ principal }: FastifyRequest): (key: string) => void {
  const admitted = new Set<string>()
  return (key) => {
    const namespace = namespaceOf(key)
    if (admitted.has(namespace)) return
    authorize(principal, 'invalidate', namespace)
    admitted.add(namespace)
  }
}

function requireIdentity({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the keys without Content-Encoding', {
      field: 'Content-Encoding',
    })
}

function tooMany(): AppError {
  return new AppError('rate_limited', `This node takes ${MAX_RUNS} bulk runs at a time`, {
    field: 'bulk',
    limit: MAX_RUNS,
    retryAfterMs: 1_000,
  })
}

function accepted(run: BulkRunReply): Answer {
  return { status: 202, epoch: null, location: `/api/invalidate/bulk/${run.id}`, body: run }
}
