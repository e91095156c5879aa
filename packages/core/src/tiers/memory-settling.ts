import type { MemoryTier } from './memory-tier.ts'

/** Keys looked at in one turn, and the pause between turns: 50,000 keys a second, so that a million take 20 s. */
const SLICE = 500
const PAUSE_MS = 10

/**
 * Lets go of what this node no longer owns, slowly: after a change of the ring a whole cluster's first-tier misses would
 * otherwise fall on L2 and the new owners in the same moment. Until then what is held goes on being served, judged like
 * everything else.
 */
export class MemorySettling {
  private readonly memory: MemoryTier
  private readonly graceMs: number
  private timer: NodeJS.Timeout | null = null
  private walk = 0

  /** `graceMs`: how long the ring must have stood still, so that a node that restarts does not cost its neighbours' memory. */
  constructor(memory: MemoryTier, graceMs: number) {
    this.memory = memory
    this.graceMs = graceMs
  }

  /** To be told whenever owners may have changed. */
  ringChanged(): void {
    this.stop()
    this.timer = setTimeout(() => this.settleSlice([...this.memory.keys()], 0, this.walk), this.graceMs)
    this.timer.unref()
  }

  stop(): void {
    this.walk++
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private settleSlice(keys: readonly string[], from: number, walk: number): void {
    if (walk !== this.walk) return
    for (const key of keys.slice(from, from + SLICE)) this.memory.settle(key)
    if (from + SLICE >= keys.length) {
      this.timer = null
      return
    }
    this.timer = setTimeout(() => this.settleSlice(keys, from + SLICE, walk), PAUSE_MS)
    this.timer.unref()
  }
}
