import type { Clock } from '@freshet/core/clock'
import { TokenBucket } from '@freshet/core/limits/token-bucket'

/** Waits for a turn under a rate cap. Rejects with the signal's reason when it aborts first. */
export type TakeTurn = (signal: AbortSignal) => Promise<void>

/** A tenth of a second's worth may go at once, so that no second sees more than 1.1 times the rate. */
const BURST_S = 0.1

/** Gives turns in order of arrival, `ratePerSecond` of them; null: at once. */
export function createTurns(ratePerSecond: number | null, clock: Clock): TakeTurn {
  if (ratePerSecond === null) return async (signal) => signal.throwIfAborted()
  const bucket = new TokenBucket(ratePerSecond, Math.max(1, Math.ceil(ratePerSecond * BURST_S)))
  const waiting = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined

  function serve(): void {
    clearTimeout(timer)
    timer = undefined
    for (const go of waiting) {
      if (!bucket.take(clock.monotonicMs())) {
        // Rounded up: a timer may not fire before the token is there, or we would spin.
        timer = setTimeout(serve, Math.ceil(bucket.retryAfterMs(clock.monotonicMs())))
        return
      }
      waiting.delete(go)
      go()
    }
  }

  return (signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.delete(go)
        if (waiting.size === 0) clearTimeout(timer)
        reject(signal.reason)
      }
      waiting.add(go)
      signal.addEventListener('abort', leave, { once: true })
      if (waiting.size === 1) serve()
    })
}
