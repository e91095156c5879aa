import type { Clock } from '../clock.ts'
import type { Instant } from '../coherence/follower.ts'

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  private monotonic = 1_000
  private wall = 1_700_000_000_000

  monotonicMs = (): number => this.monotonic
  wallMs = (): number => this.wall

  instant = (): Instant => ({ monotonicMs: this.monotonic, wallMs: this.wall })

  advance(ms: number): void {
    this.monotonic += ms
    this.wall += ms
  }

  /** A machine that was suspended: its monotonic clock stood still. */
  suspend(ms: number): void {
    this.wall += ms
  }
}
