import type { Clock } from '../clock.ts'

/**
 * Redis's clock as this machine sees it: deadlines of entries are written and read on it, so that no two machines' wall
 * clocks ever meet. Before the first poll it is this machine's own.
 */
export class ClusterClock {
  private readonly clock: Clock
  private offsetMs = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Takes the server's time from a poll; it was read between sending and receiving, so at about the middle. */
  observe(serverTimeMs: number, sentWallMs: number, receivedWallMs: number): void {
    this.offsetMs = serverTimeMs - (sentWallMs + receivedWallMs) / 2
  }

  /** Epoch milliseconds on Redis's clock. */
  nowMs(): number {
    return this.clock.wallMs() + this.offsetMs
  }
}
