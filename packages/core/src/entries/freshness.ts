import type { Entry } from './entry.ts'

/**
 * How old a value is by its own deadlines: `fresh`; `stale` (stale-while-revalidate still covers it); `error-only`
 * (only a failing origin excuses it); `expired`.
 */
export type Freshness = 'fresh' | 'stale' | 'error-only' | 'expired'

/**
 * `nowMs` is epoch milliseconds on Redis's clock, as this machine believes it to be. Whether a value was ever fresh does
 * not depend on that belief: one whose freshness ended when it was stored (a sweep found it softened) is stale everywhere.
 */
export function freshnessOf(entry: Entry, nowMs: number): Freshness {
  if (nowMs < entry.freshUntilMs && entry.freshUntilMs > entry.storedAtMs) return 'fresh'
  if (nowMs < entry.staleUntilMs) return 'stale'
  if (nowMs < entry.errorUntilMs) return 'error-only'
  return 'expired'
}

/** When the last of an entry's deadlines passes; L2 keeps it no longer. */
export function goneAtMs(entry: Entry): number {
  return Math.max(entry.freshUntilMs, entry.staleUntilMs, entry.errorUntilMs)
}

/** True in the last `ratio` of the TTL: the moment for a refresh ahead of expiry. */
export function wantsRefreshAhead(entry: Entry, ratio: number, nowMs: number): boolean {
  if (ratio === 0) return false
  const ttlMs = entry.freshUntilMs - entry.storedAtMs
  return nowMs >= entry.freshUntilMs - ttlMs * ratio
}
