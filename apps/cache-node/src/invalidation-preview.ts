import type { Reach } from '@freshet/core/coherence/log-record'
import { AppError } from '@freshet/core/errors/app-error'
import type { Matchers } from '@freshet/core/invalidation/invalidation'
import { reachHolds } from '@freshet/core/invalidation/reach'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { matchPattern } from '@freshet/core/patterns/match-pattern'
import { parsePattern } from '@freshet/core/patterns/parse-pattern'
import type { RedisClient } from '@freshet/redis/connection'
import type { L2Preview, Preview } from '@freshet/redis/l2-preview'

/** Keys looked at by name alone; a second of Redis's time at most, in steps that hold nobody up. */
const MAX_LOOKED = 100_000
/** Keys looked at whose tags have to be read. */
const MAX_TAGS_READ = 20_000

export interface PreviewOptions {
  /** Namespaces in which tags and patterns match. */
  reach: Reach
  /** Matching keys that are named. */
  maxSample: number
}

/** Says what an invalidation would end, and ends nothing. Counts what lies in L2, also what is dead there already. */
export class InvalidationPreview {
  private readonly redis: RedisClient
  private readonly l2: L2Preview

  constructor(redis: RedisClient, l2: L2Preview) {
    this.redis = redis
    this.l2 = l2
  }

  /** Rejects with AppError `store_unavailable`. */
  async of(matchers: Matchers, { reach, maxSample }: PreviewOptions): Promise<Preview> {
    const named = await this.ofKeys(matchers.keys)
    const { tags, patterns, namespaces, all } = matchers
    if (tags.length + patterns.length + namespaces.length === 0 && !all)
      return { ...named, sample: named.sample.slice(0, maxSample) }
    const wide = await this.ofOthers(matchers, reach, maxSample)
    return {
      count: {
        ...wide.count,
        count: wide.count.count + named.count.count,
        low: wide.count.low + named.count.count,
        high: wide.count.high + named.count.count,
      },
      bytes: { ...wide.bytes, bytes: wide.bytes.bytes + named.bytes.bytes },
      sample: [...named.sample, ...wide.sample].slice(0, maxSample),
      looked: wide.looked + named.looked,
    }
  }

  /** Keys that were named are asked for by name, so that their count is exact however large L2 is. */
  private async ofKeys(keys: readonly string[]): Promise<Preview> {
    const distinct = [...new Set(keys)]
    const sizes = await Promise.all(distinct.map((key) => this.redis.memory('USAGE', redisKeys.entry(key)))).catch(
      unavailable,
    )
    const held = distinct.filter((_, i) => sizes[i] != null)
    const bytes = sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0)
    return {
      count: { count: held.length, exact: true, standardError: 0, low: held.length, high: held.length },
      bytes: { bytes, exact: true, standardError: 0 },
      sample: held,
      looked: distinct.length,
    }
  }

  private ofOthers(matchers: Matchers, reach: Reach, maxSample: number): Promise<Preview> {
    const named = new Set(matchers.keys)
    const namespaces = new Set(matchers.namespaces)
    const tags = new Set(matchers.tags)
    const patterns = matchers.patterns.map(parsePattern).flatMap((pattern) => ('reason' in pattern ? [] : pattern))
    return this.l2.of({
      matchesKey: (key) => {
        if (named.has(key)) return false
        const namespace = namespaceOf(key)
        if (matchers.all || namespaces.has(namespace)) return true
        return reachHolds(reach, namespace) && patterns.some((pattern) => matchPattern(pattern, key))
      },
      matchesTags:
        tags.size === 0
          ? null
          : (key, held) => !named.has(key) && reachHolds(reach, namespaceOf(key)) && held.some((tag) => tags.has(tag)),
      maxLooked: tags.size === 0 ? MAX_LOOKED : MAX_TAGS_READ,
      maxSample,
    })
  }
}

function unavailable(cause: unknown): never {
  throw new AppError('store_unavailable', 'The second tier could not be reached', { retryAfterMs: 1_000 }, { cause })
}
