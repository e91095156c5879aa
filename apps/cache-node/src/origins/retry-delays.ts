const BASE_MS = 25
const MAX_MS = 1_000

/**
 * Delays between attempts with decorrelated jitter: each is drawn between the base and three times the one before, so
 * that the loads that failed together do not come back together. Milliseconds.
 *
 * Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 */
export function createRetryDelays(random: () => number): () => number {
  let lastMs = BASE_MS
  return () => {
    lastMs = Math.min(MAX_MS, BASE_MS + random() * (lastMs * 3 - BASE_MS))
    return lastMs
  }
}
