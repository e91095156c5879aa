import { type Cache, createCache, escapePattern, type WaitOptions } from '@freshet/client'
import { BaseDriver } from 'bentocache/drivers/base_driver'
import type { CreateDriverResult, DriverCommonOptions, L2CacheDriver } from 'bentocache/types'
import { textCodec } from './text-codec.ts'

/** bentocache's "for ever"; Freshet's longest lifetime. */
const LONGEST_TTL_MS = 365 * 86_400_000
/** Keys that one invalidation may name. */
const MOST_KEYS = 1_000
/** Names that Freshet takes as one namespace, which ends at once and as a whole. */
const NAMESPACE = /^[A-Za-z0-9._-]+$/

export interface FreshetDriverOptions extends DriverCommonOptions {
  /** The client to use, which stays open; one is made from FRESHET_URL and FRESHET_API_KEY unless it is given. */
  cache?: Cache
  /**
   * When a write counts as done. `all` (default): no node serves what it replaced any more. `local`: the node that was asked
   * does not; the others follow within milliseconds.
   */
  wait?: 'all' | 'local'
}

/** Freshet as the shared layer of bentocache: `bentostore().useL2Layer(freshetDriver())`. */
export function freshetDriver(options: FreshetDriverOptions = {}): CreateDriverResult<FreshetDriver> {
  return { options, factory: (config: FreshetDriverOptions) => new FreshetDriver({ ...options, ...config }) }
}

/** The prefix's part before its first colon is Freshet's namespace of all keys, with its policy and grants. */
export class FreshetDriver extends BaseDriver implements L2CacheDriver {
  readonly type = 'l2'
  private readonly options: FreshetDriverOptions
  private readonly cache: Cache
  private readonly waiting: WaitOptions

  constructor(options: FreshetDriverOptions = {}) {
    super(options)
    this.options = options
    this.cache = options.cache ?? createCache()
    this.waiting = { wait: options.wait ?? 'all' }
  }

  /** The same driver for keys below this one's prefix. */
  namespace(namespace: string): FreshetDriver {
    const { options, cache } = this
    return new FreshetDriver({ ...options, cache, prefix: this.createNamespacePrefix(namespace) })
  }

  get(key: string): Promise<string | undefined> {
    return this.cache.get<string>(this.getItemKey(key), { codec: textCodec, onlyIfCached: true })
  }

  /** The value, which ends then. Two that pull at once may both get it. */
  async pull(key: string): Promise<string | undefined> {
    const value = await this.get(key)
    if (value !== undefined) await this.end(key)
    return value
  }

  /** @param ttl milliseconds; for ever (a year) unless given. */
  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    await this.cache.set(this.getItemKey(key), value, {
      ...this.waiting,
      ttlMs: Math.min(ttl || LONGEST_TTL_MS, LONGEST_TTL_MS),
      // Grace periods are bentocache's own, within the lifetime that it asks for.
      swrMs: 0,
      sieMs: 0,
      codec: textCodec,
    })
    return true
  }

  /** Ends everything below the prefix, however much it is, and what is being stored there meanwhile. */
  async clear(): Promise<void> {
    const { prefix } = this
    if (prefix === '') throw new TypeError('Without a prefix clear() would end what others keep: give the store one')
    const target = NAMESPACE.test(prefix) ? { namespace: prefix } : { patterns: [`${escapePattern(prefix)}:*`] }
    await this.cache.invalidate(target, this.waiting)
  }

  /** Resolves to whether it was there a moment before. It is ended in any case: somebody may be about to store it. */
  async delete(key: string): Promise<boolean> {
    const was = await this.get(key)
    await this.end(key)
    return was !== undefined
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    const items = keys.map((key) => this.getItemKey(key))
    for (let i = 0; i < items.length; i += MOST_KEYS)
      await this.cache.invalidate({ keys: items.slice(i, i + MOST_KEYS) }, this.waiting)
    return true
  }

  async disconnect(): Promise<void> {
    if (this.options.cache === undefined) this.cache.close()
  }

  private async end(key: string): Promise<void> {
    await this.cache.delete(this.getItemKey(key), this.waiting)
  }
}
