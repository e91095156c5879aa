import { createHash } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import type { IdempotencyStore } from '@freshet/redis/idempotency-store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Complain } from '../../quietly.ts'
import { idempotencyDigest } from './cause-of.ts'

/** An answer as a repeat of its request gets it again. */
const Answer = z.object({
  status: z.union([z.literal(200), z.literal(202)]),
  /** `gen.e` for `Freshet-Epoch`; null when nothing was appended. */
  epoch: z.string().nullable(),
  /** Where more will be known. */
  location: z.string().nullable(),
  body: z.unknown(),
})
export type Answer = z.infer<typeof Answer>

/** Visible ASCII, as the drafts of the field and its users have it. */
const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/
/** When a repeat of a request that is still being answered may come again, milliseconds. */
const COME_AGAIN_MS = 1_000

/** The caller's Idempotency-Key; null when there is none. Throws `invalid`. */
export function readIdempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const said = headers['idempotency-key']
  if (said === undefined) return null
  if (typeof said === 'string' && IDEMPOTENCY_KEY.test(said)) return said
  throw new AppError('invalid', 'Idempotency-Key has 1 to 255 visible ASCII characters', {
    field: 'Idempotency-Key',
    limit: 255,
  })
}

export interface OnceDeps {
  idempotency: IdempotencyStore
  complain: Complain
}

/**
 * Answers a request once: whoever sends it again with the same Idempotency-Key gets the same answer, and nothing is done a
 * second time. A failed request gives its key back, so that the repeat may succeed.
 *
 * `said`: see `whatWasSaid`. Throws `invalid` when the key was used for another request, `conflict` while the first
 * is still under way, `log_unavailable` when nobody can say.
 */
export async function answerOnce(
  request: FastifyRequest,
  said: string,
  { idempotency, complain }: OnceDeps,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const key = readIdempotencyKey(request)
  if (key === null) return act()
  const digest = idempotencyDigest(request.principal, key)
  const begun = await idempotency.begin(digest, said)
  if (begun.state === 'answered') return Answer.parse(JSON.parse(begun.answer))
  if (begun.state === 'other-request')
    throw new AppError('invalid', 'The Idempotency-Key was used for another request', { field: 'Idempotency-Key' })
  if (begun.state === 'in-progress')
    throw new AppError('conflict', 'The first request with this Idempotency-Key is still being answered', {
      field: 'Idempotency-Key',
      retryAfterMs: COME_AGAIN_MS,
    })
  try {
    const answer = await act()
    // The answer stands whether it can be kept or not; a repeat then does the same under the same id.
    await idempotency
      .finish(digest, begun.claim, JSON.stringify(answer))
      .catch((error) => complain('idempotency', error))
    return answer
  } catch (error) {
    await idempotency.release(digest, begun.claim).catch((failure) => complain('idempotency', failure))
    throw error
  }
}

/** All that makes two requests of one caller the same. `bodyDigest`: SHA-256 of the body, hex. */
export function whatWasSaid({ method, url }: FastifyRequest, bodyDigest: string): string {
  return `${method} ${url} ${bodyDigest}`
}

export function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

export function sendAnswer(reply: FastifyReply, { status, epoch, location, body }: Answer): FastifyReply {
  if (epoch !== null) reply.header('freshet-epoch', epoch)
  if (location !== null) reply.header('location', location)
  return reply.code(status).header('cache-control', 'no-store').send(body)
}
