import { LRUCache } from 'lru-cache'
import { assertLimits, assertPositiveInteger, type EvictionLimits, type EvictionStore } from './policy.ts'

/** Gives up what was used longest ago, over lru-cache. */
export class LruStore<V extends NonNullable<unknown>> implements EvictionStore<V> {
  private readonly cache: LRUCache<string, V>
  private readonly maxBytes: number
  private readonly maxEntries: number

  constructor(limits: EvictionLimits, onEvict?: (key: string, value: V) => void) {
    assertLimits(limits)
    this.maxBytes = limits.maxBytes
    this.maxEntries = limits.maxEntries
    // lru-cache's own `max` allocates some 36 bytes for every entry that might ever come: 360 MB for ten million. So
    // it is bounded by bytes only, its arrays grow with what they hold, and `set` bounds the entries.
    this.cache = new LRUCache<string, V>({
      maxSize: limits.maxBytes,
      ...(onEvict && {
        dispose: (value: V, key: string, reason: LRUCache.DisposeReason) => {
          if (reason === 'evict') onEvict(key, value)
        },
      }),
    })
  }

  get(key: string): V | undefined {
    return this.cache.get(key)
  }

  peek(key: string): V | undefined {
    return this.cache.peek(key)
  }

  set(key: string, value: V, sizeBytes: number): boolean {
    assertPositiveInteger('sizeBytes', sizeBytes)
    if (sizeBytes > this.maxBytes) {
      this.cache.delete(key)
      return false
    }
    // lru-cache keeps the old size when the same object is set again, and the sum of bytes would drift from the truth.
    if (this.cache.peek(key) === value) this.cache.delete(key)
    this.cache.set(key, value, { size: sizeBytes })
    if (this.cache.size > this.maxEntries) this.cache.pop()
    return true
  }

  delete(key: string): boolean {
    return this.cache.delete(key)
  }

  clear(): void {
    this.cache.clear()
  }

  /**
   * Looks one entry ahead of the one it yields: lru-cache walks from slot to slot by links that a deletion leaves
   * behind, and when those slots were used again it walks the list a second time.
   */
  *entries(): IterableIterator<[string, V]> {
    const walk = this.cache.entries()
    let step = walk.next()
    while (!step.done) {
      const entry = step.value
      step = walk.next()
      yield entry
    }
  }

  get count(): number {
    return this.cache.size
  }

  get bytes(): number {
    return this.cache.calculatedSize
  }
}
