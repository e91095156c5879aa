import { type ErrorCode, errorCodes } from '@freshet/core/errors/codes'
import { z } from 'zod'
import type { FailedItem, ReadItem, WrittenItem } from './items.ts'

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]

const ageS = z.number().int().nonnegative().meta({ description: 'Seconds since it came into the cache' })
const ttlS = z.number().int().meta({ description: 'Seconds of freshness left; negative once stale' })

const staleCause = z.enum(['revalidating', 'degraded', 'generation', 'origin-error', 'origin-slow'])

const carried = {
  key: z.string(),
  encoding: z.enum(['utf8', 'base64']).meta({
    description: 'utf8 when the octets are UTF-8, else base64; either way they come back as they were stored',
  }),
  value: z.string(),
  contentType: z.string(),
  etag: z.string(),
  ageS,
  ttlS,
}

/** One key that failed by itself; `code` is an error code like any other. */
const Failed = z.object({ key: z.string(), status: z.literal('error'), code: z.enum(codes), detail: z.string() })

/** Reply of mget as JSON: one item per key, in the order of the request. */
export const MgetReply = z.object({
  items: z.array(
    z.discriminatedUnion('status', [
      z.object({ ...carried, status: z.literal('hit') }),
      z.object({
        ...carried,
        status: z.literal('stale'),
        reason: staleCause,
      }),
      z.object({
        key: z.string(),
        status: z.literal('miss'),
        reason: z.enum(['absent', 'expired', 'invalidated', 'degraded', 'bypass']),
      }),
      z.object({
        key: z.string(),
        status: z.literal('absent'),
        reason: staleCause.optional().meta({ description: 'Why this absence is a stale one; left out when it is not' }),
        ageS,
        ttlS,
      }),
      Failed,
    ]),
  ),
})
export type MgetReply = z.infer<typeof MgetReply>

/** Reply of mput as JSON: one item per value, in the order of the request. */
export const MputReply = z.object({
  items: z.array(
    z.discriminatedUnion('status', [
      z.object({
        key: z.string(),
        status: z.literal('stored'),
        etag: z.string(),
        epoch: z.string().meta({ description: 'Version of the value, `gen.e`' }),
      }),
      Failed,
    ]),
  ),
})
export type MputReply = z.infer<typeof MputReply>

/** A failed item as JSON and MessagePack show it; all others are shown as they are. */
export function shownItem<T extends ReadItem | WrittenItem>(item: T): Exclude<T, FailedItem> | z.infer<typeof Failed> {
  if (!isFailed(item)) return item as Exclude<T, FailedItem>
  return { key: item.key, status: 'error', code: item.error.code, detail: item.error.message }
}

function isFailed(item: ReadItem | WrittenItem): item is FailedItem {
  return item.status === 'error'
}
