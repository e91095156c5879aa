/** Finds the longest stretch without a good answer. */
export class Gaps {
  private lastMs: number | null = null
  private longest = 0

  /** A good answer came. */
  answered(atMs: number): void {
    if (this.lastMs !== null) this.longest = Math.max(this.longest, atMs - this.lastMs)
    this.lastMs = atMs
  }

  /** Milliseconds, one that lasts still included. */
  longestMs(nowMs: number): number {
    return this.lastMs === null ? 0 : Math.max(this.longest, nowMs - this.lastMs)
  }
}
