import { EventEmitter } from 'node:events'
import { type Cache, createCache, escapePattern, type StoreOptions, type WaitOptions } from '@freshet/client'
import type { KeyvStoreAdapter, StoredData } from 'keyv'
import { inBatches } from './batches.ts'
import { storedCodec } from './stored-codec.ts'

/** Keyv's "for ever"; Freshet's longest lifetime. */
const LONGEST_TTL_MS = 365 * 86_400_000
/** Names that Freshet takes as one namespace, which ends at once and as a whole. */
const NAMESPACE = /^[A-Za-z0-9._-]+$/

export interface KeyvFreshetOptions {
  /**
   * When a write counts as done. `all` (default): no node serves what it replaced any more. `local`: the node that was asked
   * does not; the others follow within milliseconds.
   */
  wait?: 'all' | 'local'
}

type Emits = { [Event in 'error']: [error: unknown] }

/** Storage for Keyv. Keyv's namespace comes before each key and is Freshet's namespace of it, with its policy and grants. */
export class KeyvFreshet extends EventEmitter<Emits> implements KeyvStoreAdapter {
  /** Keyv iterates over stores of the dialects that it knows, and asks for no more than this. Values do lie in Redis. */
  readonly opts: { dialect: 'redis'; url: string }
  /** Keyv sets it, and sends it along in every key. */
  namespace: string | undefined = undefined
  private readonly cache: Cache
  private readonly ownsCache: boolean
  private readonly waiting: WaitOptions

  /** @param cache one is made from FRESHET_URL and FRESHET_API_KEY unless it is given, and ends with this store. */
  constructor(cache?: Cache, { wait = 'all' }: KeyvFreshetOptions = {}) {
    super()
    this.opts = { dialect: 'redis', url: '' }
    this.cache = cache ?? createCache()
    this.ownsCache = cache === undefined
    this.waiting = { wait }
  }

  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    try {
      return await this.cache.get<StoredData<Value>>(key, { codec: storedCodec, onlyIfCached: true })
    } catch (error) {
      // Keyv takes a get that fails for a miss and tells nobody; what else fails it tells by itself.
      if (this.listenerCount('error') > 0) this.emit('error', error)
      throw error
    }
  }

  async getMany<Value>(keys: string[]): Promise<StoredData<Value | undefined>[]> {
    const found = await this.cache.mget<StoredData<Value>>(keys, { codec: storedCodec })
    return keys.map((key) => found.get(key))
  }

  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    await this.cache.set(key, value, { ...lifetime(ttl), ...this.waiting, codec: storedCodec })
    return true
  }

  async setMany(entries: { key: string; value: unknown; ttl?: number }[]): Promise<void> {
    await Promise.all(entries.map(({ key, value, ttl }) => this.set(key, value, ttl)))
  }

  /** Resolves to whether it was there a moment before. It is ended in any case: somebody may be about to store it. */
  async delete(key: string): Promise<boolean> {
    const was = await this.has(key)
    await this.cache.delete(key, this.waiting)
    return was
  }

  /** Resolves to whether any of them was there a moment before. */
  async deleteMany(keys: string[]): Promise<boolean> {
    const were = await this.hasMany(keys)
    for (const batch of inBatches(keys)) await this.cache.invalidate({ keys: batch }, this.waiting)
    return were.includes(true)
  }

  async has(key: string): Promise<boolean> {
    return (await this.cache.read(key, { onlyIfCached: true })).found
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const found = await this.cache.mget(keys)
    return keys.map((key) => found.has(key))
  }

  /** Ends everything in Keyv's namespace, however much it is, and what is being stored there meanwhile. */
  async clear(): Promise<void> {
    const { namespace } = this
    if (namespace === undefined || namespace === '')
      throw new TypeError('Without a namespace clear() would end what others keep: give Keyv one')
    const target = NAMESPACE.test(namespace) ? { namespace } : { patterns: [`${escapePattern(namespace)}:*`] }
    await this.cache.invalidate(target, this.waiting)
  }

  async *iterator<Value>(namespace = this.namespace): AsyncGenerator<[string, Awaited<Value> | undefined], void> {
    const pattern = namespace === undefined || namespace === '' ? '*' : `${escapePattern(namespace)}:*`
    for await (const keys of this.cache.keys(pattern)) {
      const found = await this.cache.mget<Awaited<Value>>(keys, { codec: storedCodec })
      yield* found
    }
  }

  async disconnect(): Promise<void> {
    if (this.ownsCache) this.cache.close()
  }
}

/** Keyv knows no staleness: what is over is gone. */
function lifetime(ttlMs = LONGEST_TTL_MS): StoreOptions {
  return { ttlMs: Math.min(ttlMs, LONGEST_TTL_MS), swrMs: 0, sieMs: 0 }
}
