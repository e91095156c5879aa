import type { Version } from '@freshet/core/coherence/version'

interface Waiter {
  epoch: number
  end: (reached: boolean) => void
}

/** Lets callers wait until this node has applied a position of the log (read your writes). */
export class EpochWaiters {
  private readonly position: () => Version | null
  private readonly waiting = new Set<Waiter>()
  private generation: string | null = null

  /** `position`: what the node has applied; null before its first poll. */
  constructor(position: () => Version | null) {
    this.position = position
  }

  /**
   * True once it was applied. False after `limitMs`, and at once when the node is in another generation or comes into one:
   * epochs of two generations cannot be compared.
   */
  async waitFor(version: Version, limitMs: number): Promise<boolean> {
    const applied = this.position()
    if (applied === null || applied.generation !== version.generation) return false
    if (applied.epoch >= version.epoch) return true
    this.generation = applied.generation
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.end(false), limitMs)
      const waiter: Waiter = {
        epoch: version.epoch,
        end: (reached) => {
          clearTimeout(timer)
          this.waiting.delete(waiter)
          resolve(reached)
        },
      }
      this.waiting.add(waiter)
    })
  }

  /** To be told after each poll. */
  noteApplied(): void {
    if (this.waiting.size === 0) return
    const applied = this.position()
    const sameGeneration = applied !== null && applied.generation === this.generation
    for (const waiter of this.waiting) {
      if (!sameGeneration) waiter.end(false)
      else if (applied.epoch >= waiter.epoch) waiter.end(true)
    }
  }
}
