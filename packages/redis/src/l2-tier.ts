import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Version } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import { decodeEntry, encodeEntry, encodeVersion } from '@freshet/core/entries/entry-codec'
import { goneAtMs } from '@freshet/core/entries/freshness'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type Lookup, lookupOf, MISS, type PutOptions, type SharedTier } from '@freshet/core/tiers/tier'
import { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { corkedPerTurn } from './corked-per-turn.ts'
import { getsPerTurn, MGET_KEYS } from './gets-per-turn.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'
import { storeUnavailable } from './store-unavailable.ts'

const deflate = promisify(gzip)
const inflate = promisify(gunzip)

/** A compressed body must be at least this much smaller, or inflating it costs more than it saves. */
const WORTHWHILE = 0.9

/** Keys of one script: enough to be worth it, few enough to hold nobody up (about 0.1 ms of Redis's time). */
const REMOVED_AT_ONCE = 100

/** L2: entries as compact records in Redis, one string each, deadlines in the header and the last one as Redis's TTL. */
export class RedisTier implements SharedTier {
  private readonly redis: RedisClient
  private readonly cork: () => void
  private readonly fetch: (name: string) => Promise<Buffer | null>
  private readonly runFill: ScriptRunner
  private readonly runRemove: ScriptRunner
  private readonly removedAtOnce: number
  private readonly maxBodyBytes: number

  /** `maxBodyBytes` bounds what a compressed record may inflate to. */
  constructor(redis: RedisClient, maxBodyBytes: number) {
    this.redis = redis
    this.maxBodyBytes = maxBodyBytes
    this.cork = corkedPerTurn(redis)
    this.fetch = getsPerTurn(redis)
    this.runFill = scriptRunner(redis, loadScript('fill'))
    this.runRemove = scriptRunner(redis, loadScript('remove'))
    // On a Cluster, keys of one script must share a slot; entries lie all over.
    this.removedAtOnce = redis instanceof Redis ? REMOVED_AT_ONCE : 1
  }

  async get(key: string): Promise<Lookup> {
    return this.read(await this.fetch(redisKeys.entry(key)).catch(storeUnavailable))
  }

  async getMany(keys: readonly string[]): Promise<Lookup[]> {
    const records = await this.fetchMany(keys.map(redisKeys.entry)).catch(storeUnavailable)
    return Promise.all(records.map((record) => this.read(record)))
  }

  async put(key: string, entry: Entry, { compressAboveBytes, nowMs, condition }: PutOptions): Promise<boolean> {
    const ttlMs = Math.ceil(goneAtMs(entry) - nowMs)
    if (ttlMs <= 0) return false
    const record = await encode(entry, compressAboveBytes)
    const expected = condition === undefined ? '' : condition.seen === null ? '-' : encodeVersion(condition.seen)
    this.cork()
    const reply = await this.runFill([redisKeys.entry(key)], [record, ttlMs, expected]).catch(storeUnavailable)
    return reply === 1
  }

  async remove(keys: readonly string[], version: Version): Promise<void> {
    const removed: Promise<unknown>[] = []
    this.cork()
    for (let at = 0; at < keys.length; at += this.removedAtOnce) {
      const names = keys.slice(at, at + this.removedAtOnce).map(redisKeys.entry)
      removed.push(this.runRemove(names, [encodeVersion(version)]))
    }
    await Promise.all(removed).catch(storeUnavailable)
  }

  private async fetchMany(names: readonly string[]): Promise<(Buffer | null)[]> {
    const { redis } = this
    if (!(redis instanceof Redis)) return Promise.all(names.map(this.fetch))
    const chunks: Promise<(Buffer | null)[]>[] = []
    this.cork()
    for (let at = 0; at < names.length; at += MGET_KEYS) chunks.push(redis.mgetBuffer(names.slice(at, at + MGET_KEYS)))
    return (await Promise.all(chunks)).flat()
  }

  private async read(record: Buffer | null): Promise<Lookup> {
    if (record === null) return MISS
    const stored = decodeEntry(record)
    if (stored === null || stored.bodyBytes > this.maxBodyBytes) return MISS
    if (!stored.gzip) return lookupOf(stored.entry)
    try {
      const body = await inflate(stored.entry.body, { maxOutputLength: stored.bodyBytes })
      return body.length === stored.bodyBytes ? lookupOf({ ...stored.entry, body }) : MISS
    } catch {
      return MISS
    }
  }
}

async function encode(entry: Entry, compressAboveBytes: number): Promise<Buffer> {
  if (compressAboveBytes === 0 || entry.body.length <= compressAboveBytes) return encodeEntry(entry)
  const packed = await deflate(entry.body)
  return packed.length < entry.body.length * WORTHWHILE ? encodeEntry(entry, packed, true) : encodeEntry(entry)
}
