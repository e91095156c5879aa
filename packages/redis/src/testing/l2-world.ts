import type { Entry } from '@freshet/core/entries/entry'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import type { Redis } from 'ioredis'
import { RedisTier } from '../l2-tier.ts'
import type { Master } from '../masters.ts'
import { throwawayRedis } from './throwaway-redis.ts'

export const GENERATION = '00000000000000a1'
export const NOW_MS = 1_700_000_000_000

export function entryOf(epoch = 1, tags: string[] = [], body = 'x'): Entry {
  const value = {
    body: Buffer.from(body),
    contentType: 'text/plain',
    etag: null,
    tags,
    ttlMs: 60_000,
    swrMs: 0,
    sieMs: 0,
  }
  return makeEntry(value, { generation: GENERATION, epoch }, defaultPolicy(), NOW_MS)
}

/** One server of L2, and a way to fill it. */
export async function l2Server(name: string, options: Parameters<typeof throwawayRedis>[0] = {}) {
  const { server, connect } = await throwawayRedis(options)
  const redis: Redis = await connect(name)
  const tier = new RedisTier(redis, 1_000_000)
  return {
    server,
    redis,
    tier,
    master: { name, redis } satisfies Master,
    async put(keys: readonly string[], entry: Entry = entryOf()) {
      await Promise.all(keys.map((key) => tier.put(key, entry, { compressAboveBytes: 0, nowMs: NOW_MS })))
    },
  }
}

export const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}:${i}`)
