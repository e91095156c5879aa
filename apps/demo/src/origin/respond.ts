import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CacheLifetime, Representation } from './resources/resource.ts'

/** Sends what was found with its validators and surrogate keys, 304 when the asker has it, or 404. */
export function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Representation | undefined,
  cacheControl: CacheLifetime | null,
): FastifyReply {
  if (!found) return reply.code(404).send({ error: 'There is nothing under this id' })
  const body = JSON.stringify(found.document)
  const etag = entityTag(body)
  reply.header('etag', etag).header('surrogate-key', found.tags.join(' '))
  if (cacheControl) reply.header('cache-control', formatCacheControl(cacheControl))
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** A strong entity tag, with its quotes. */
export function entityTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
}

function formatCacheControl({ maxAgeS, swrS, sieS }: CacheLifetime): string {
  return `public, max-age=${maxAgeS}, stale-while-revalidate=${swrS}, stale-if-error=${sieS}`
}
