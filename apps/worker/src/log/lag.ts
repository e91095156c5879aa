/** Up to which epoch the log had grown after `seenMs`; what is between two marks counts as old as the older. */
interface Mark {
  epoch: number
  seenMs: number
}

const MAX_MARKS = 4_096

/**
 * How long the oldest record that somebody has not dealt with has been waiting. Records carry no time of their own, so
 * the log's end is marked with the moment at which it was first seen there. However long that goes on, memory is bounded:
 * marks become sparser, and a lag is told too large by at most a two-thousandth of what there is, never too small.
 */
export class Lag {
  private marks: Mark[] = []
  private generation: string | null = null
  /** Least time between two marks. */
  private stepMs = 0

  /** @param nowMs of a monotonic clock */
  observe(state: { generation: string; tail: number; done: number }, nowMs: number): void {
    if (state.generation !== this.generation) this.marks = []
    this.generation = state.generation
    const waiting = this.marks.findIndex(({ epoch }) => epoch > state.done)
    if (waiting !== 0) this.marks = waiting < 0 ? [] : this.marks.slice(waiting)
    if (this.marks.length === 0) this.stepMs = 0
    const newest = this.marks.at(-1)
    if (state.tail <= (newest?.epoch ?? state.done)) return
    if (newest && nowMs - newest.seenMs < this.stepMs) newest.epoch = state.tail
    else this.marks.push({ epoch: state.tail, seenMs: nowMs })
    if (this.marks.length > MAX_MARKS) this.thinOut()
  }

  seconds(nowMs: number): number {
    const [oldest] = this.marks
    return oldest === undefined ? 0 : (nowMs - oldest.seenMs) / 1_000
  }

  private thinOut(): void {
    const [first, last] = [this.marks[0], this.marks.at(-1)]
    this.stepMs = ((last?.seenMs ?? 0) - (first?.seenMs ?? 0)) / (MAX_MARKS / 2)
    const kept: Mark[] = []
    for (const mark of this.marks) {
      const before = kept.at(-1)
      if (before && mark.seenMs - before.seenMs < this.stepMs) before.epoch = mark.epoch
      else kept.push(mark)
    }
    this.marks = kept
  }
}
