import { readTags } from '@freshet/core/entries/tags'
import { AppError } from '@freshet/core/errors/app-error'
import { type Lifetime, readLifetime } from '@freshet/core/origins/lifetime'
import type { OriginReply } from '@freshet/core/origins/origin'
import { badStatus } from './attempt-failure.ts'
import type { OriginResponse } from './exchange.ts'
import { headerOf } from './header-of.ts'

/** Told about an answer that is handed on and not kept, with the reason. */
export type Warn = (detail: string) => void

/** Turns an answer into a reply. Throws AttemptFailure for a status that is neither a value nor an absence. */
export function readReply({ status, headers, body }: OriginResponse, nowWallMs: number, warn: Warn): OriginReply {
  const lifetime = readLifetime({
    'cache-control': headerOf(headers, 'cache-control'),
    age: headerOf(headers, 'age'),
    expires: headerOf(headers, 'expires'),
    date: headerOf(headers, 'date'),
  })
  if (status === 404 || status === 410)
    return { kind: 'absent', maxAgeMs: lifetime.maxAgeMs, noStore: lifetime.noStore }
  if (status !== 200 && status !== 203 && status !== 204)
    throw badStatus(status, headerOf(headers, 'retry-after'), nowWallMs)
  const decoded = (headerOf(headers, 'content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity'
  return {
    kind: 'found',
    body,
    contentType: readContentType(headerOf(headers, 'content-type')),
    // A tag names the bytes as they were sent; decoded ones are others.
    etag: decoded ? null : readStrongEtag(headerOf(headers, 'etag')),
    ...withTags(lifetime, () => readTags(headers), warn),
  }
}

/**
 * A value whose tags we cannot keep must not be kept either: an invalidation by a tag that was left out would miss it.
 */
export function withTags(lifetime: Lifetime, read: () => string[], warn: Warn): Lifetime & { tags: string[] } {
  try {
    return { ...lifetime, tags: read() }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    warn(`A value is not cached, because its tags cannot be kept: ${error.message}`)
    return { ...lifetime, tags: [], noStore: true }
  }
}

/** A strong entity tag with its quotes; null for a weak one, which promises too little for byte-exact answers. */
export function readStrongEtag(value: string | undefined): string | null {
  return value !== undefined && /^"[\x21\x23-\x7e]{1,256}"$/.test(value) ? value : null
}

function readContentType(value: string | undefined): string {
  return value !== undefined && /^[\t\x20-\x7e]{1,256}$/.test(value) ? value : 'application/octet-stream'
}
