import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { AppError } from '../errors/app-error.ts'
import type { Lookup, PutOptions, SharedTier } from './tier.ts'

export interface SharedTierBounds {
  /** Keys that are being looked up or removed. */
  maxKeys: number
  /** Bytes of values that are being stored. */
  maxPutBytes: number
}

/**
 * Keeps what waits for L2 within bounds: each request to a Redis that answers slowly lies in memory until it is answered,
 * and at ten thousand misses a second and half a second an answer that is five thousand values. Beyond a bound a request is
 * refused with `store_unavailable`, as if the tier were away; what was invalidated is dead by its version, removed or not.
 */
export class BoundedSharedTier implements SharedTier {
  private readonly tier: SharedTier
  private readonly bounds: SharedTierBounds
  private keys = 0
  private putBytes = 0

  constructor(tier: SharedTier, bounds: SharedTierBounds) {
    this.tier = tier
    this.bounds = bounds
  }

  get(key: string): Promise<Lookup> {
    return this.withKeys(1, () => this.tier.get(key))
  }

  getMany(keys: readonly string[]): Promise<Lookup[]> {
    return this.withKeys(keys.length, () => this.tier.getMany(keys))
  }

  remove(keys: readonly string[], version: Version): Promise<void> {
    return this.withKeys(keys.length, () => this.tier.remove(keys, version))
  }

  async put(key: string, entry: Entry, options: PutOptions): Promise<boolean> {
    const bytes = entry.body.length
    if (exceeds(this.putBytes, bytes, this.bounds.maxPutBytes)) throw tooBusy()
    this.putBytes += bytes
    try {
      return await this.tier.put(key, entry, options)
    } finally {
      this.putBytes -= bytes
    }
  }

  private async withKeys<T>(count: number, ask: () => Promise<T>): Promise<T> {
    if (exceeds(this.keys, count, this.bounds.maxKeys)) throw tooBusy()
    this.keys += count
    try {
      return await ask()
    } finally {
      this.keys -= count
    }
  }
}

/** One request that is larger than the bound goes alone: refused, it could never be made. */
function exceeds(held: number, more: number, bound: number): boolean {
  return held > 0 && held + more > bound
}

function tooBusy(): AppError {
  return new AppError('store_unavailable', 'Too many requests wait for the second tier already', {
    retryAfterMs: 1_000,
  })
}
