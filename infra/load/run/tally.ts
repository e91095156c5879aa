import { Histogram } from '@freshet/core/metrics/histogram'
import { OPERATIONS, type Operation } from './operation.ts'

/** A read that broke the promise. */
export interface StaleRead {
  key: string
  /** The version that was served, and the one that was acknowledged before the read began. */
  served: number
  acknowledged: number
  source: string
}

/** What happened in a run. */
export class Tally {
  /** From when a request was due, microseconds: what a late start costs counts. */
  readonly latency: Record<Operation, Histogram> = {
    read: new Histogram(),
    write: new Histogram(),
    invalidate: new Histogram(),
  }
  readonly sent: Record<Operation, number> = { read: 0, write: 0, invalidate: 0 }
  readonly errors = new Map<string, number>()
  /** Reads by where the value came from; `loader`: a miss. */
  readonly sources = new Map<string, number>()
  readonly stale: StaleRead[] = []
  /** Reads that said themselves that they were stale. */
  markedStale = 0
  /** Changes that were done, but not known to all nodes in time. */
  unsettled = 0
  /** Not sent: too many were under way. */
  leftOut = 0

  get total(): number {
    return OPERATIONS.reduce((sum, operation) => sum + this.sent[operation], 0)
  }

  get failed(): number {
    return [...this.errors.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Share of reads that nobody had to load; null without reads. */
  get hitRatio(): number | null {
    const reads = [...this.sources.values()].reduce((sum, count) => sum + count, 0)
    return reads === 0 ? null : 1 - (this.sources.get('loader') ?? 0) / reads
  }

  count(counts: Map<string, number>, name: string): void {
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
}
