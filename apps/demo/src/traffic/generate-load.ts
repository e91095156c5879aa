import { setTimeout as sleep } from 'node:timers/promises'
import { waveAt } from './day-wave.ts'
import type { PlannedRequest } from './planned-requests.ts'
import { countStatus, type Tally } from './tally.ts'

interface LoadOptions {
  requests: AsyncIterator<PlannedRequest>
  send(request: PlannedRequest): Promise<number | null>
  /** Mean over a day. */
  ratePerSecond: number
  dayMs: number
  maxInFlight: number
  tally: Tally
}

const TICK_MS = 10
/** After a pause (a suspended machine, a stopped process) the past is not made up for. */
const MAX_CATCH_UP_MS = 200

/**
 * Sends at its rate whether answers come or not, as people do, until the signal aborts; then waits for those under way.
 * When too many are under way it leaves requests out instead of piling them up.
 */
export async function generateLoad(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const { requests, send, ratePerSecond, dayMs, maxInFlight, tally } = options
  const inFlight = new Set<Promise<void>>()
  const startedAtMs = performance.now()
  let lastMs = startedAtMs
  let owed = 0
  while (!signal.aborted) {
    const nowMs = performance.now()
    owed += (ratePerSecond * waveAt(nowMs - startedAtMs, dayMs) * Math.min(nowMs - lastMs, MAX_CATCH_UP_MS)) / 1_000
    lastMs = nowMs
    for (; owed >= 1; owed--) {
      if (inFlight.size >= maxInFlight) {
        tally.skipped++
        continue
      }
      const { value, done } = await requests.next()
      if (done) return void (await Promise.all(inFlight))
      launch(value)
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(inFlight)

  function launch(request: PlannedRequest): void {
    tally.sent++
    const answered = send(request).then((status) => {
      if (status === null) tally.failed++
      else countStatus(tally, status)
      inFlight.delete(answered)
    })
    inFlight.add(answered)
  }
}
