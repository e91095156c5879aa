import type { FoundValue, ReadOptions, ValueSource } from '../entries/read-entry.ts'
import type { StoreOptions } from '../entries/value-headers.ts'

export interface LoadOptions<T = unknown> extends Omit<ReadOptions<T>, 'onlyIfCached'>, StoreOptions {
  /** How long to wait while another process loads the key, milliseconds; then it is loaded here as well. */
  leaseWaitMs?: number
}

export interface LoadedValue<T> {
  value: T
  source: ValueSource | 'loader'
  /** Why it is stale; `load-failed`: the loader failed and this stands in. Null: it is fresh. */
  stale: string | null
  /**
   * Of a value that the loader brought: whether it is in the cache now. False when something newer came between, or when
   * there was no cache to put it into; true of every value that was found there.
   */
  stored: boolean
}

export function asFound<T>({ value, source, stale }: FoundValue<T>): LoadedValue<T> {
  return { value, source, stale, stored: true }
}

export function asLoaded<T>(value: T, stored: boolean): LoadedValue<T> {
  return { value, source: 'loader', stale: null, stored }
}

/** What stands in for a value that cannot be loaded. */
export function standIn<T>(found: FoundValue<T>): LoadedValue<T> {
  return { ...asFound(found), stale: 'load-failed' }
}

/**
 * What a loaded value is stored with. Nodes give a stale value away within its stale-while-revalidate limit only, so a value
 * that is to stand in longer has that as its limit, and this client tells the two apart by itself.
 */
export function storeOptionsOf<T>({ ttlMs, swrMs, sieMs, tags }: LoadOptions<T>): StoreOptions {
  return { ttlMs, swrMs: sieMs === undefined ? swrMs : Math.max(swrMs ?? 0, sieMs), sieMs, tags }
}

/**
 * Whether a stale value is to be given away at once while it is loaded anew, or only if that fails. One that a soft
 * invalidation made stale has its freshness left still.
 */
export function servesWhileLoading<T>(
  { ttlMs }: FoundValue<T>,
  { swrMs, sieMs }: LoadOptions<T>,
  storedSwrMs: number,
): boolean {
  const limitMs = sieMs === undefined ? (swrMs ?? storedSwrMs) : (swrMs ?? 0)
  return -(ttlMs ?? 0) <= limitMs
}
