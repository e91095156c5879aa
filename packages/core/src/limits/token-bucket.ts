/**
 * A rate limit as the generic cell rate algorithm (ITU-T I.371): one number, the time at which the bucket will be full
 * again, stands for the whole state, so it needs no timer and nothing is refilled.
 *
 * Times are milliseconds of any clock that does not go back. If it does, the bucket gives nothing away: it waits until
 * the clock has caught up, at most `burst` tokens long.
 */
export class TokenBucket {
  /** Most tokens that can be taken at once. */
  readonly burst: number
  private readonly msPerToken: number
  private fullAtMs = Number.NEGATIVE_INFINITY

  /** `ratePerSecond` is above 0; `burst`, one second's worth unless told, is at least 1. Else RangeError. */
  constructor(ratePerSecond: number, burst = Math.max(1, ratePerSecond)) {
    if (!(ratePerSecond > 0 && Number.isFinite(ratePerSecond)))
      throw new RangeError(`ratePerSecond must be above 0, not ${ratePerSecond}`)
    if (!(burst >= 1 && Number.isFinite(burst))) throw new RangeError(`burst must be at least 1, not ${burst}`)
    this.burst = burst
    this.msPerToken = 1_000 / ratePerSecond
  }

  /** Takes tokens, all or none, and says whether it did. Allocates nothing. */
  take(nowMs: number, tokens = 1): boolean {
    const fullAtMs = this.fullAtMsAfter(nowMs, tokens)
    if (fullAtMs - nowMs > this.capacityMs) return false
    this.fullAtMs = fullAtMs
    return true
  }

  /** Whole tokens that can be taken now. */
  remaining(nowMs: number): number {
    const missingMs = Math.max(0, this.fullAtMs - nowMs)
    return Math.max(0, Math.floor((this.capacityMs - missingMs) / this.msPerToken))
  }

  /** How long until that many tokens can be taken; 0 when they can now, infinite when they never can. */
  retryAfterMs(nowMs: number, tokens = 1): number {
    if (tokens > this.burst) return Number.POSITIVE_INFINITY
    return Math.max(0, this.fullAtMsAfter(nowMs, tokens) - nowMs - this.capacityMs)
  }

  /** How long until the bucket is full again, if nothing more is taken. */
  resetMs(nowMs: number): number {
    return Math.max(0, this.fullAtMs - nowMs)
  }

  private get capacityMs(): number {
    // A millionth of a token more: a token that is due must not be refused for what rounding made of the sum.
    return (this.burst + 1e-6) * this.msPerToken
  }

  private fullAtMsAfter(nowMs: number, tokens: number): number {
    return Math.max(this.fullAtMs, nowMs) + tokens * this.msPerToken
  }
}
