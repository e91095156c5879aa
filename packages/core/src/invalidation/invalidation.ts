import { z } from 'zod'
import { InvalidationMode } from '../coherence/log-record.ts'
import { Tag } from '../entries/tags.ts'
import { CacheKey, NamespaceName } from '../keys/cache-key.ts'
import { CachePattern } from '../patterns/cache-pattern.ts'

/** Matchers of each kind that one invalidation may name; more go through a bulk run. */
export const MAX_MATCHERS = 1_000
const DAY_MS = 86_400_000

/** What an invalidation ends. */
export interface Matchers {
  keys: readonly string[]
  tags: readonly string[]
  patterns: readonly string[]
  namespaces: readonly string[]
  all: boolean
}

/**
 * What an acknowledgement waits for. `all`: every node has applied it, or a full lease has passed. `local`: the node that
 * was asked has. `none`: it is in the log.
 */
export const Wait = z.enum(['all', 'local', 'none'])
export type Wait = z.infer<typeof Wait>

/** How, when and why, for every kind of matcher. */
export const InvalidationOptions = z.strictObject({
  mode: InvalidationMode.default('hard'),
  wait: Wait.default('all'),
  reason: z.string().min(1).max(500).optional(),
  /** Counts what would be ended and ends nothing. */
  dryRun: z.boolean().default(false),
  /** Does it so much later; the answer is 202 with the id under which its receipt will be found. */
  delayMs: z
    .number()
    .int()
    .min(1)
    .max(30 * DAY_MS)
    .optional(),
  /**
   * Does it once this time has passed without the same request (same matchers, mode and caller): for sources that
   * announce one change many times.
   */
  debounceMs: z.number().int().min(1).max(600_000).optional(),
  /** Does it again so much later, for sources whose read replicas lag behind. */
  repeatAfterMs: z.number().int().min(1).max(600_000).optional(),
})
export type InvalidationOptions = z.infer<typeof InvalidationOptions>

/** `POST /api/invalidate`. */
export const InvalidationRequest = InvalidationOptions.extend({
  keys: z.array(CacheKey).min(1).max(MAX_MATCHERS).optional(),
  tags: z.array(Tag).min(1).max(MAX_MATCHERS).optional(),
  namespace: NamespaceName.optional(),
  /** Everything; admins only. */
  all: z.literal(true).optional(),
}).refine(({ keys, tags, namespace, all }) => keys ?? tags ?? namespace ?? all, {
  message: 'name keys, tags, a namespace or all',
  path: ['keys'],
})
export type InvalidationRequest = z.infer<typeof InvalidationRequest>

/** `POST /api/invalidate/pattern`. */
export const PatternInvalidationRequest = InvalidationOptions.extend({ pattern: CachePattern })
export type PatternInvalidationRequest = z.infer<typeof PatternInvalidationRequest>
