import { hashName } from '@freshet/core/coherence/name-hash'

const COUNTERS = 4_096
const WINDOW_MS = 1_000

/**
 * Recognises keys that this client asks for so often that their owner alone should not answer. Counters in a fixed place
 * each, begun anew every second: a key that shares one with a hot key counts as hot too, and is merely asked of others,
 * which answer the same.
 */
export class HotKeys {
  private readonly perSecond: number
  private readonly counts = new Uint32Array(COUNTERS)
  private windowFromMs = 0

  /** `perSecond`: reads of one key in a second, from which on it is hot; infinite: never. */
  constructor(perSecond: number) {
    this.perSecond = perSecond
  }

  /** Counts one read and says whether its key is hot. */
  note(key: string, nowMs: number): boolean {
    if (nowMs - this.windowFromMs >= WINDOW_MS) {
      this.counts.fill(0)
      this.windowFromMs = nowMs
    }
    const place = hashName(key) % COUNTERS
    const count = (this.counts[place] ?? 0) + 1
    this.counts[place] = count
    return count > this.perSecond
  }
}
