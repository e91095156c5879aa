import { createHash, randomUUID } from 'node:crypto'
import type { Principal } from '@freshet/core/access/permissions'
import type { Cause } from '@freshet/core/coherence/log-record'
import type { FastifyRequest } from 'fastify'

/** Why an invalidation is in the log: who asked, from where, and what it said. `id` is also its receipt's. */
export function causeOf(request: FastifyRequest, id: string, reason?: string): Cause {
  return {
    id,
    actor: actorOf(request.principal),
    actorName: request.principal.name,
    ...(reason !== undefined && { reason }),
    requestId: request.id,
    from: request.ip,
  }
}

/** `key:<id>`, `user:<id>` or `token:<subject>`. */
function actorOf({ kind, id }: Principal): string {
  return `${kind}:${id}`
}

/**
 * Another id each time, or with an Idempotency-Key the same for the same request of the same caller: a repeat after a crash
 * is then the same invalidation, in the audit too. `said` is what makes two requests the same: were it left out, a key that
 * is used again after its day would name the job of the request before, and the queue would drop the new one.
 */
export function invalidationId(principal: Principal, idempotencyKey: string | null, said: string): string {
  if (idempotencyKey === null) return randomUUID()
  return derivedId(idempotencyDigest(principal, idempotencyKey), said)
}

/** The id of what follows from another, e.g. its repetition: the same each time, so that doing it again is no second one. */
export function derivedId(id: string, part: string): string {
  return uuidFrom(createHash('sha256').update(`${id} ${part}`).digest('hex'))
}

/** Hex digest of a caller and its key: no caller can meet another's answers, and Redis never sees the key itself. */
export function idempotencyDigest(principal: Principal, idempotencyKey: string): string {
  return createHash('sha256')
    .update(`${actorOf(principal)}\n${idempotencyKey}`)
    .digest('hex')
}

/** A UUID of version 8 (RFC 9562: made as its maker likes) from the first bits of a hex digest. */
function uuidFrom(digest: string): string {
  const variant = ((Number.parseInt(digest[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
