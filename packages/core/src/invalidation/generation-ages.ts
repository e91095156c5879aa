/** Generations remembered at once: a log that flips between two primaries, with room to spare. */
const MAX_REMEMBERED = 8

/**
 * Since when this process has known each of the log's generations, on its own monotonic clock. The generation may be far
 * older than that; it cannot be younger.
 */
export class GenerationAges {
  private readonly firstSeenMs = new Map<string, number>()

  /** To be told of every generation that the log answers in; only the first time counts. */
  observe(generation: string, nowMs: number): void {
    if (this.firstSeenMs.has(generation)) return
    this.firstSeenMs.set(generation, nowMs)
    // One that is forgotten and comes back counts as seen just then: later, never earlier.
    for (const oldest of this.firstSeenMs.keys()) {
      if (this.firstSeenMs.size <= MAX_REMEMBERED) return
      this.firstSeenMs.delete(oldest)
    }
  }

  /** Milliseconds since the generation was first seen; 0 when it never was. */
  ageMs(generation: string, nowMs: number): number {
    return nowMs - (this.firstSeenMs.get(generation) ?? nowMs)
  }
}
