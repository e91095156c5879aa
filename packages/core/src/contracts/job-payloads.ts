import { z } from 'zod'
import { Cause, InvalidationMode, Reach } from '../coherence/log-record.ts'
import { Tag } from '../entries/tags.ts'
import { MAX_MATCHERS, Wait } from '../invalidation/invalidation.ts'
import { CacheKey, NamespaceName } from '../keys/cache-key.ts'
import { CachePattern } from '../patterns/cache-pattern.ts'

const count = z.number().int().nonnegative()

/** One invalidation, whole: what the Invalidator is to be told when its time has come. */
export const InvalidationRun = z.strictObject({
  matchers: z.strictObject({
    keys: z.array(CacheKey).max(MAX_MATCHERS).default([]),
    tags: z.array(Tag).max(MAX_MATCHERS).default([]),
    patterns: z.array(CachePattern).max(MAX_MATCHERS).default([]),
    namespaces: z.array(NamespaceName).max(MAX_MATCHERS).default([]),
    all: z.boolean().default(false),
  }),
  mode: InvalidationMode,
  wait: Wait.default('all'),
  reach: Reach,
  /** Its id is the invalidation's and the receipt's: a job that runs twice is one invalidation. */
  cause: Cause,
})
export type InvalidationRun = z.infer<typeof InvalidationRun>

/** Keys of one chunk of a bulk run. */
export const CHUNK_KEYS = 1_000

/** Chunk `n` (from 0) of `total`; its job's id is `bulkChunkId(bulkId, n)`, and so is its cause's. */
export const BulkChunk = z.strictObject({
  bulkId: z.string().min(1).max(64),
  n: count,
  total: z.number().int().min(1),
  keys: z.array(CacheKey).min(1).max(CHUNK_KEYS),
  mode: InvalidationMode,
  cause: Cause,
})
export type BulkChunk = z.infer<typeof BulkChunk>

/** Derived, so that a chunk which is put into the queue or run a second time is the same one, there and in the audit. */
export function bulkChunkId(bulkId: string, n: number): string {
  return `${bulkId}-${n}`
}

/** How far a sweep has come. Its job's payload, saved after every page: whoever takes the job goes on from there. */
export const SweepState = z.strictObject({
  /**
   * What the sweeper had applied when it began: what the complete sweep will vouch for. Absent until it begins. In
   * another generation a sweep is void.
   */
  since: z.strictObject({ generation: z.string(), epoch: count }).optional(),
  /** Where to go on. Absent: at the beginning; null: every page was looked at. Opaque: of the adapter that walks L2. */
  cursor: z.string().nullable().optional(),
  seen: count.default(0),
  stamped: count.default(0),
  removed: count.default(0),
  /** Entries at the time it began, for progress: an estimate. */
  expected: count.default(0),
})
export type SweepState = z.infer<typeof SweepState>
