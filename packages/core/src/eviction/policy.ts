/** What bounds a store. Both are positive integers and both hold at every moment. */
export interface EvictionLimits {
  maxBytes: number
  maxEntries: number
}

/**
 * A bounded store that decides by itself what to give up. Sizes are the caller's: the store adds them up and never
 * measures a value.
 */
export interface EvictionStore<V> {
  /** Counts as a use. */
  get(key: string): V | undefined
  /** Leaves the order of eviction as it is: for listings, sweeps and explanations. */
  peek(key: string): V | undefined
  /**
   * Keeps a value, evicting others until it fits. `sizeBytes` is a positive integer, else RangeError.
   *
   * False when it is larger than the whole store. Then nothing is kept under this key, not even the value before: the
   * caller said that it was replaced.
   */
  set(key: string, value: V, sizeBytes: number): boolean
  delete(key: string): boolean
  clear(): void
  /** All entries, in no particular order. While walking, only the entry just yielded may be deleted. */
  entries(): IterableIterator<[string, V]>
  readonly count: number
  readonly bytes: number
}

/**
 * `onEvict` hears of what was given up for lack of room, and not of what was replaced or deleted. It runs in the middle
 * of a `set`, so it must not touch the store.
 */
export type CreateEvictionStore = <V extends NonNullable<unknown>>(
  limits: EvictionLimits,
  onEvict?: (key: string, value: V) => void,
) => EvictionStore<V>

/** A bound that is NaN, zero or a fraction would let the store grow without end, so it throws RangeError at once. */
export function assertLimits({ maxBytes, maxEntries }: EvictionLimits): void {
  assertPositiveInteger('maxBytes', maxBytes)
  assertPositiveInteger('maxEntries', maxEntries)
}

export function assertPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${name} must be a positive integer, not ${value}`)
}
