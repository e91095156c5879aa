import type { Follower } from '../coherence/follower.ts'
import { sweepAction } from '../coherence/sweep-action.ts'
import type { MemoryTier } from './memory-tier.ts'

/** Entries looked at in one turn of the event loop: about a millisecond. */
const SLICE = 1_000

export interface MemorySweepDeps {
  memory: MemoryTier
  follower: Follower
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
}

/**
 * Walks L1 after the whole of L2 was stamped, so that a floor can take the place of what the index remembers: what is
 * alive gets its stamp, what tags and patterns ended makes room. Reads go on between its slices and judge for themselves.
 */
export class MemorySweep {
  private readonly deps: MemorySweepDeps
  private running = false
  private next: { generation: string; epoch: number } | null = null

  constructor(deps: MemorySweepDeps) {
    this.deps = deps
  }

  /** Folds the index up to `epoch` once L1 was walked; while a walk runs, the latest wish waits. */
  fold(generation: string, epoch: number): void {
    this.next = { generation, epoch }
    if (!this.running) void this.run()
  }

  private async run(): Promise<void> {
    this.running = true
    for (let wish = this.next; wish !== null; wish = this.next) {
      this.next = null
      await this.walk()
      this.deps.follower.foldUpTo(wish.generation, wish.epoch)
    }
    this.running = false
  }

  private async walk(): Promise<void> {
    const { memory, follower, nowMs } = this.deps
    let looked = 0
    for (const key of [...memory.keys()]) {
      const entry = memory.peek(key)
      if (entry === undefined) continue
      const action = sweepAction(entry, follower.judge(key, entry), follower.applied, nowMs())
      if (action.act === 'remove') memory.drop(key)
      else if (action.act === 'stamp' && action.freshUntilMs !== entry.freshUntilMs)
        memory.replace(key, { ...entry, stamp: action.stamp, freshUntilMs: action.freshUntilMs })
      if (++looked % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
