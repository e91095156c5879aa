import type { Clock } from '../clock.ts'

/**
 * Redis's clock as this machine sees it: deadlines of entries are written and read on it, so that no two machines' wall
 * clocks ever meet. Before the first poll it is this machine's own.
 */
export class ClusterClock {
  private readonly clock: Clock
  private offsetMs: number | null = null

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Takes the server's time from a poll. It was read at some moment between sending and receiving, so what we knew stands
   * as long as it agrees: a poll that took seconds, or a machine suspended while it waited, says little and must not
   * move every deadline by half of its round trip. Beyond that we move as little as agrees.
   */
  observe(serverTimeMs: number, sentWallMs: number, receivedWallMs: number): void {
    const [low, high] = [serverTimeMs - receivedWallMs, serverTimeMs - sentWallMs]
    const known = this.offsetMs ?? (low + high) / 2
    // A wall clock that was set back meanwhile turns the two around: then the later reading counts.
    this.offsetMs = low > high ? low : Math.min(high, Math.max(low, known))
  }

  /** Epoch milliseconds on Redis's clock. */
  nowMs(): number {
    return this.at(this.clock.wallMs())
  }

  /** What Redis's clock says when this machine's wall clock says `wallMs`. */
  at(wallMs: number): number {
    return wallMs + (this.offsetMs ?? 0)
  }
}
