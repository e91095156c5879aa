import { AppError } from '@freshet/core/errors/app-error'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { ageSeconds, ttlSeconds } from '../caching-headers.ts'
import type { ReadItem } from './items.ts'

/**
 * One item per asked key, in the order asked. Values beyond `maxBytes` in all become items with `payload_too_large`, to be
 * asked for in smaller batches: a thousand values of 8 MiB in one reply would be this node's end. `bytes`: bytes of
 * values carried. `nowMs` is on Redis's clock.
 */
export function gatherReadItems(
  keys: readonly string[],
  results: ReadonlyMap<string, ReadResult | AppError>,
  nowMs: number,
  maxBytes: number,
): { items: ReadItem[]; bytes: number } {
  let bytes = 0
  const items = keys.map((key) => {
    const item = itemOf(key, results.get(key), nowMs)
    if (!('body' in item)) return item
    if (bytes + item.body.length > maxBytes) return failed(key, tooLarge(maxBytes))
    bytes += item.body.length
    return item
  })
  return { items, bytes }
}

function itemOf(key: string, result: ReadResult | AppError | undefined, nowMs: number): ReadItem {
  if (result === undefined) return failed(key, new AppError('internal', 'The key got no answer'))
  if (result instanceof AppError) return failed(key, result)
  if (result.kind === 'miss') return { key, status: 'miss', reason: result.reason }
  const { entry } = result
  const times = { ageS: ageSeconds(entry, nowMs), ttlS: ttlSeconds(entry, nowMs) }
  if (result.kind === 'absent')
    return { key, status: 'absent', ...(result.stale !== null && { reason: result.stale }), ...times }
  const { body, contentType, etag } = entry
  if (result.stale === null) return { key, status: 'hit', body, contentType, etag, ...times }
  return { key, status: 'stale', reason: result.stale, body, contentType, etag, ...times }
}

function failed(key: string, error: AppError): ReadItem {
  return { key, status: 'error', error }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'payload_too_large',
    `One reply carries at most ${maxBytes} bytes of values: ask for fewer keys`,
    {
      limit: maxBytes,
    },
  )
}
