import type { IncomingHttpHeaders } from 'node:http'
import type { Value } from '@freshet/core/entries/make-entry'
import { readTags } from '@freshet/core/entries/tags'
import { AppError } from '@freshet/core/errors/app-error'
import { parseCacheControl } from '@freshet/core/origins/cache-control'

const MAX_CONTENT_TYPE_BYTES = 256
const MAX_TTL_S = 365 * 86_400

/**
 * What a PUT says of its value: the body as it is, Content-Type, tags, and lifetimes from `?ttl=` (seconds; the same as
 * max-age and stronger) or Cache-Control. Throws `invalid` or `unsupported_media_type` with the field.
 */
export function readValue(headers: IncomingHttpHeaders, ttlQuery: string | undefined, body: Buffer): Value {
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity')
    throw new AppError(
      'unsupported_media_type',
      'Values are kept as they come: send the body without Content-Encoding',
      {
        field: 'Content-Encoding',
      },
    )
  const contentType = headers['content-type'] ?? 'application/octet-stream'
  if (contentType.length > MAX_CONTENT_TYPE_BYTES)
    throw new AppError('invalid', `Content-Type has at most ${MAX_CONTENT_TYPE_BYTES} bytes`, {
      field: 'Content-Type',
      limit: MAX_CONTENT_TYPE_BYTES,
    })
  return { body, contentType, etag: null, tags: readTags(headers), ...readLifetimes(headers, ttlQuery) }
}

/** Lifetimes alone, in milliseconds; null where the request names none. */
export function readLifetimes(
  headers: IncomingHttpHeaders,
  ttlQuery: string | undefined,
): Pick<Value, 'ttlMs' | 'swrMs' | 'sieMs'> {
  const named = parseCacheControl(headers['cache-control'])
  const ttlS = ttlQuery === undefined ? named.maxAgeS : readTtl(ttlQuery)
  return { ttlMs: inMs(ttlS), swrMs: inMs(named.swrS), sieMs: inMs(named.sieS) }
}

function readTtl(text: string): number {
  const seconds = Number(text)
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds <= 0 || seconds > MAX_TTL_S)
    throw new AppError('invalid', `ttl is a number of seconds above 0 and at most ${MAX_TTL_S}`, {
      field: 'ttl',
      limit: MAX_TTL_S,
    })
  return seconds
}

/** Longer than a year is a year: a lifetime that nobody will live to see must not overflow a deadline. */
function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.min(seconds, MAX_TTL_S) * 1_000
}
