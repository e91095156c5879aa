import { KeyBuckets } from './key-buckets.ts'

export interface IndexLimits {
  /** Exact keys remembered before the oldest are folded into buckets. */
  maxKeys: number
  /** Size of the bucket table, a power of two. */
  buckets: number
}

const DEFAULT_LIMITS: IndexLimits = { maxKeys: 65_536, buckets: 65_536 }

/**
 * What the log said in one generation, in bounded memory: the newest epoch that concerns a key. Merging is taking
 * maxima, so a record may be noted twice, early or late without harm.
 */
export class InvalidationIndex {
  private readonly keys = new Map<string, number>()
  private readonly buckets: KeyBuckets
  private readonly limits: IndexLimits
  private floorEpoch = 0

  constructor(limits: IndexLimits = DEFAULT_LIMITS) {
    this.limits = limits
    this.buckets = new KeyBuckets(limits.buckets)
  }

  /** Newest epoch at which the key was invalidated; a value with an older version is dead. */
  newest(key: string): number {
    return Math.max(this.floorEpoch, this.keys.get(key) ?? 0, this.buckets.newest(key))
  }

  noteKey(key: string, epoch: number): void {
    const known = this.keys.get(key)
    if (known !== undefined) {
      if (known >= epoch) return
      // Re-inserted, so that the Map's order stays the order of recency and the coldest key is folded first.
      this.keys.delete(key)
    }
    this.keys.set(key, epoch)
    if (this.keys.size > this.limits.maxKeys) this.foldOldest()
  }

  /** Everything older than `epoch` is dead: an `all`, a record nobody could read, or a gap in the log. */
  raiseFloor(epoch: number): void {
    if (epoch > this.floorEpoch) this.floorEpoch = epoch
  }

  get floor(): number {
    return this.floorEpoch
  }

  private foldOldest(): void {
    const oldest = this.keys.entries().next().value
    if (oldest === undefined) return
    this.buckets.fold(oldest[0], oldest[1])
    this.keys.delete(oldest[0])
  }
}
