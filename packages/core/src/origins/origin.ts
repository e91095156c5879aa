/** What an origin said about a key. Times in milliseconds; null where the origin named none (the policy then decides). */
export type OriginReply = OriginValue | OriginAbsence

export interface OriginValue {
  kind: 'found'
  body: Buffer
  contentType: string
  /** A strong entity tag with its quotes, as the origin sent it. */
  etag: string | null
  /** Surrogate keys, already checked for count and length. */
  tags: readonly string[]
  maxAgeMs: number | null
  swrMs: number | null
  sieMs: number | null
  /** `Cache-Control: no-store` or `private`: hand it to whoever asked and keep it nowhere. */
  noStore: boolean
}

/** 404 or 410: the origin knows that there is no such key. */
export interface OriginAbsence {
  kind: 'absent'
  maxAgeMs: number | null
  noStore: boolean
}

export interface OriginStatus {
  breaker: 'closed' | 'open' | 'half_open'
  inFlight: number
  queued: number
}

/**
 * Where a namespace's values come from. An implementation guards its origin (concurrency, rate, breaker, retries) and
 * gives up when the signal aborts or its deadline passes, so that no load can hold a slot or a waiter for ever.
 *
 * Rejects with AppError `origin_failed` (it answered, badly), `origin_unavailable` (breaker open, queue full, closed),
 * `origin_deadline` (too slow) or `invalid` (the key has no place in the origin's URL), or with the signal's reason.
 */
export interface Origin {
  load(key: string, signal: AbortSignal): Promise<OriginReply>
  /**
   * Loads many keys, by the batch form when the origin has one, else one by one under the same guard. The map holds an
   * entry per key: a reply or the error of that key alone. Rejects only with the signal's reason.
   */
  loadMany(keys: readonly string[], signal: AbortSignal): Promise<Map<string, OriginReply | Error>>
  status(): OriginStatus
  /** Resolves when every load has ended and the connections are closed; loads begun meanwhile still count. */
  close(): Promise<void>
}
