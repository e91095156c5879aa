import { setTimeout as sleep } from 'node:timers/promises'

interface OpenLoop {
  ratePerSecond: number
  durationMs: number
  maxInFlight: number
  /** Sends one; `dueMs`: when it was to be sent, on performance.now()'s clock. Does not reject. */
  send(dueMs: number): Promise<void>
  /** One that is left out, because too many are under way. */
  leaveOut(): void
}

/**
 * Sends at a fixed rate, as the world does: it does not wait for answers, so an installation that slows down gets no fewer
 * requests, and what waits meanwhile is seen. Resolves when all are answered.
 *
 * A timer that fires late is made up for at once, each request with the time at which it was due.
 */
export async function runOpenLoop({ ratePerSecond, durationMs, maxInFlight, send, leaveOut }: OpenLoop): Promise<void> {
  const startMs = performance.now()
  const total = Math.round((ratePerSecond * durationMs) / 1_000)
  const inFlight = new Set<Promise<void>>()
  for (let next = 0; next < total; ) {
    const dueMs = startMs + (next * 1_000) / ratePerSecond
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) {
      await sleep(waitMs)
      continue
    }
    next++
    if (inFlight.size >= maxInFlight) {
      leaveOut()
      continue
    }
    const sent = send(dueMs).then(() => void inFlight.delete(sent))
    inFlight.add(sent)
  }
  await Promise.all(inFlight)
}
