import { Counter, Gauge, type Registry } from 'prom-client'

/** What a page, or a sweep so far, came to. */
interface SweepCounts {
  seen: number
  stamped: number
  removed: number
}

export interface SweepMetrics {
  page(counts: SweepCounts, progress: number): void
  ended(how: 'complete' | 'void'): void
}

export function createSweepMetrics(registry: Registry): SweepMetrics {
  const registers = [registry]
  const entries = new Counter({
    name: 'l2_sweep_entries_total',
    help: 'Entries of the second tier that sweeps looked at, by what became of them',
    labelNames: ['result'],
    registers,
  })
  const progress = new Gauge({
    name: 'l2_sweep_progress_ratio',
    help: 'How far the sweep under way has come, an estimate; 1 when none is',
    registers,
  })
  const sweeps = new Counter({
    name: 'l2_sweeps_total',
    help: 'Sweeps that ended: complete, or void because the log began anew',
    labelNames: ['result'],
    registers,
  })
  progress.set(1)
  return {
    page: ({ seen, stamped, removed }, share) => {
      entries.inc({ result: 'stamped' }, stamped)
      entries.inc({ result: 'removed' }, removed)
      entries.inc({ result: 'kept' }, seen - stamped - removed)
      progress.set(share)
    },
    ended: (result) => {
      sweeps.inc({ result })
      progress.set(1)
    },
  }
}
