import { percentile } from '../../harness/statistics.ts'

/** Milliseconds; infinite when so many had not come in the end. */
export interface Delay {
  p50: number
  p99: number
}

/** How long appends take until all nodes have applied them, and until they are acknowledged. */
export class Delays {
  private readonly nodes: number
  private readonly nowMs: () => number
  private readonly sentMs = new Map<number, number>()
  private readonly appliedBy = new Map<number, number>()
  private readonly appliedMs: number[] = []
  private readonly acknowledgedMs: number[] = []

  constructor(nodes: number, nowMs: () => number) {
    this.nodes = nodes
    this.nowMs = nowMs
  }

  appended(epoch: number, sentMs: number): void {
    this.sentMs.set(epoch, sentMs)
  }

  /** To be told of each node and epoch once. */
  applied(epoch: number): void {
    const count = (this.appliedBy.get(epoch) ?? 0) + 1
    this.appliedBy.set(epoch, count)
    const sentMs = this.sentMs.get(epoch)
    if (count === this.nodes && sentMs !== undefined) this.appliedMs.push(this.nowMs() - sentMs)
  }

  acknowledged(sentMs: number): void {
    this.acknowledgedMs.push(this.nowMs() - sentMs)
  }

  /** `expected`: appends that were asked for. Those that never came count as endless. */
  of(what: 'applied' | 'acknowledged', expected: number): Delay {
    const came = what === 'applied' ? this.appliedMs : this.acknowledgedMs
    const missing = Array.from({ length: Math.max(0, expected - came.length) }, () => Number.POSITIVE_INFINITY)
    const all = [...came, ...missing]
    return { p50: percentile(all, 0.5), p99: percentile(all, 0.99) }
  }
}
