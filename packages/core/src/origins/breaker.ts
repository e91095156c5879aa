/** How a guarded call ended. `neutral` says nothing about the origin: the caller went away, or we never asked. */
export type Outcome = 'success' | 'failure' | 'neutral'

export type BreakerState = 'closed' | 'open' | 'half_open'

export interface Breaker {
  state(nowMs: number): BreakerState
  /** How long until a call may be tried; 0 when one may be tried now. */
  retryAfterMs(nowMs: number): number
  /**
   * Asks leave for one call. Null means no. Otherwise call the result exactly once, with how the call ended and when.
   */
  enter(nowMs: number): ((outcome: Outcome, nowMs: number) => void) | null
}

/**
 * A circuit breaker: opens after `failuresToOpen` failures in a row, refuses for `openMs`, then lets one call through
 * as a probe (`half_open`) while the others are still refused. Times are monotonic milliseconds.
 *
 * Ours and not a library's for three reasons: a cancelled probe must prove nothing (elsewhere it closes the breaker on
 * an origin that never answered), a probe's company must be refused at once and not parked beyond their deadlines, and
 * a wall clock set back must not keep an origin shut out.
 */
export function createBreaker({ failuresToOpen, openMs }: { failuresToOpen: number; openMs: number }): Breaker {
  let failuresInRow = 0
  let openedAtMs: number | null = null
  let probing = false

  const waited = (nowMs: number) => openedAtMs !== null && nowMs - openedAtMs >= openMs

  function settle(outcome: Outcome, nowMs: number, isProbe: boolean): void {
    if (isProbe) probing = false
    // A call from before the opening may end during it. Only the probe, which began after, decides about closing.
    else if (openedAtMs !== null) return
    if (outcome === 'success') {
      failuresInRow = 0
      openedAtMs = null
    } else if (outcome === 'failure') {
      failuresInRow++
      if (isProbe || failuresInRow >= failuresToOpen) openedAtMs = nowMs
    }
  }

  return {
    state: (nowMs) => (openedAtMs === null ? 'closed' : probing || waited(nowMs) ? 'half_open' : 'open'),
    retryAfterMs: (nowMs) => (openedAtMs === null ? 0 : Math.max(0, openedAtMs + openMs - nowMs)),
    enter(nowMs) {
      const isProbe = openedAtMs !== null
      if (isProbe && (probing || !waited(nowMs))) return null
      probing = isProbe
      return (outcome, endMs) => settle(outcome, endMs, isProbe)
    },
  }
}
