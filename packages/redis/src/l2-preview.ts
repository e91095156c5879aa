import {
  type BytesEstimate,
  type CountEstimate,
  estimateBytes,
  estimateCount,
  type Part,
} from '@freshet/core/invalidation/estimate'
import { ENTRY_PREFIX, redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisClient } from './connection.ts'
import { headReader } from './entry-heads.ts'
import type { Master, Servers } from './masters.ts'
import { serversOf } from './servers-of.ts'
import { storeUnavailable } from './store-unavailable.ts'

export interface PreviewQuery {
  /** Whether an entry is matched by its key. */
  matchesKey: (key: string) => boolean
  /** Whether one that its key does not match is matched by its tags; null when tags do not matter: they cost a read each. */
  matchesTags: ((key: string, tags: readonly string[]) => boolean) | null
  /** Keys that may be looked at, on all servers together. Within it the count is exact. */
  maxLooked: number
  /** Matching keys that are named, at most. */
  maxSample: number
}

export interface Preview {
  count: CountEstimate
  /** Memory that Redis would get back. */
  bytes: BytesEstimate
  /** Some of the keys that match, in no order. */
  sample: string[]
  /** Keys that were looked at. */
  looked: number
}

/** Slots of one SCAN step; about 0.2 ms of Redis's time. */
const STEP = 1_000
/** Matching keys whose size is asked for. */
const MAX_SIZES = 200

interface Found {
  part: Part
  matches: string[]
}

/**
 * What an invalidation would end: how many entries of L2, how large, and some of them by name. The order of SCAN is that
 * of a keyed hash, so its first keys are a random sample of all.
 *
 * While slots of a Cluster move, a key may be counted twice or not at all.
 *
 * SCAN's own MATCH is not used: it tells what matched, and not how many keys it looked at.
 */
export class L2Preview {
  private readonly servers: Servers

  constructor(redis: RedisClient) {
    this.servers = serversOf(redis)
  }

  /** Rejects with AppError `store_unavailable`. */
  async of(query: PreviewQuery): Promise<Preview> {
    const { client } = this.servers
    const { masters } = await this.servers.layout().catch(storeUnavailable)
    const budget = Math.ceil(query.maxLooked / Math.max(1, masters.length))
    const found = await Promise.all(masters.map((master) => lookAt(client, master, query, budget))).catch(
      storeUnavailable,
    )
    const sizes = await Promise.all(found.map(({ matches }) => sizesOf(client, matches))).catch(storeUnavailable)
    const count = estimateCount(found.map(({ part }) => part))
    return {
      count,
      bytes: estimateBytes(sizes.flat(), count),
      sample: found.flatMap(({ matches }) => matches).slice(0, query.maxSample),
      looked: found.reduce((sum, { part }) => sum + part.looked, 0),
    }
  }
}

async function lookAt(client: RedisClient, { redis }: Master, query: PreviewQuery, budget: number): Promise<Found> {
  const readHeads = headReader(client)
  // While Redis grows its table, SCAN may name a key twice.
  const seen = new Set<string>()
  const matches: string[] = []
  let cursor = '0'
  do {
    const [next, names] = await redis.scan(cursor, 'COUNT', Math.min(STEP, budget))
    cursor = next
    const fresh = names.filter((name) => !seen.has(name))
    for (const name of fresh) seen.add(name)
    const keys = fresh.filter((name) => name.startsWith(ENTRY_PREFIX)).map((name) => name.slice(ENTRY_PREFIX.length))
    const byKey = new Set(keys.filter(query.matchesKey))
    matches.push(...byKey)
    const { matchesTags } = query
    if (matchesTags === null) continue
    const heads = await readHeads(keys.filter((key) => !byKey.has(key)))
    matches.push(...heads.filter(({ key, entry }) => matchesTags(key, entry.tags)).map(({ key }) => key))
  } while (cursor !== '0' && seen.size < budget)
  const complete = cursor === '0'
  // Counted after the walk, so that it is about as old as the newest key seen.
  const population = complete ? seen.size : Math.max(seen.size, await redis.dbsize())
  return { part: { population, looked: seen.size, matched: matches.length, complete }, matches }
}

async function sizesOf(client: RedisClient, keys: readonly string[]): Promise<number[]> {
  const sizes = await Promise.all(keys.slice(0, MAX_SIZES).map((key) => client.memory('USAGE', redisKeys.entry(key))))
  // Null: it has gone meanwhile.
  return sizes.flatMap((size) => (size === null ? [] : [Number(size)]))
}
