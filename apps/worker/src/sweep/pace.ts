import type { Clock } from '@freshet/core/clock'

/** Credit kept from a slow stretch, milliseconds' worth: more would end as a burst. */
const MAX_CREDIT_MS = 1_000

/** Holds work to so many units a second, pauses between steps included. */
export class Pace {
  private readonly clock: Clock
  private readonly unitMs: number
  private dueMs: number

  constructor(clock: Clock, unitsPerSecond: number) {
    this.clock = clock
    this.unitMs = 1_000 / unitsPerSecond
    this.dueMs = clock.monotonicMs()
  }

  /** Milliseconds to wait after `units` more were done. */
  pauseAfter(units: number): number {
    const nowMs = this.clock.monotonicMs()
    this.dueMs = Math.max(this.dueMs, nowMs - MAX_CREDIT_MS) + units * this.unitMs
    return Math.max(0, this.dueMs - nowMs)
  }
}
