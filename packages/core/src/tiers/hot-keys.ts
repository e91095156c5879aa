import { hashName } from '../coherence/name-hash.ts'

/** Counters in each row: 4,096 keys a second share few of them. Powers of two. */
const COUNTERS = 1 << 13
const WINDOW_MS = 1_000

/**
 * Tells which keys are asked for often here: at least `readsPerS` times in the running second. A count-min sketch (Cormode
 * and Muthukrishnan, 2005) of two rows, so it may take a cold key for a hot one and never the other way round; what it is
 * asked about is bounded memory whatever clients ask for.
 */
export class HotKeys {
  private readonly readsPerS: number
  private readonly nowMs: () => number
  private readonly counts = new Uint16Array(2 * COUNTERS)
  private windowStartMs = Number.NEGATIVE_INFINITY

  /** `nowMs`: monotonic milliseconds. */
  constructor(readsPerS: number, nowMs: () => number) {
    this.readsPerS = readsPerS
    this.nowMs = nowMs
  }

  /** Counts a read of the key; says whether the key is hot. */
  note(key: string): boolean {
    const nowMs = this.nowMs()
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.counts.fill(0)
      this.windowStartMs = nowMs
    }
    const hash = hashName(key)
    const first = this.count(hash % COUNTERS)
    const second = this.count(COUNTERS + (Math.floor(hash / COUNTERS) % COUNTERS))
    return Math.min(first, second) >= this.readsPerS
  }

  private count(at: number): number {
    const seen = (this.counts[at] ?? 0) + 1
    // Saturated, not wrapped round: a key that is very hot must not turn cold.
    if (seen <= 0xffff) this.counts[at] = seen
    return seen
  }
}
