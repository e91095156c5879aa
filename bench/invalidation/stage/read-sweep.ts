import type { Part } from '@freshet/testing/part'

/** What a worker's metrics say of its sweeps, since it started. */
export interface SweepReading {
  /** Of the sweep under way, 0 to 1; 1 when there is none. */
  progress: number
  removed: number
  stamped: number
  /** Sweeps that came to their end. */
  complete: number
}

export async function readSweep(worker: Part | null): Promise<SweepReading> {
  if (worker === null) throw new Error('nobody sweeps: there is no worker')
  const response = await fetch(`${worker.url}/metrics`)
  const text = await response.text()
  const value = (series: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `))
    return Number(line?.slice(series.length + 1) ?? 0)
  }
  return {
    progress: value('l2_sweep_progress_ratio'),
    removed: value('l2_sweep_entries_total{result="removed"}'),
    stamped: value('l2_sweep_entries_total{result="stamped"}'),
    complete: value('l2_sweeps_total{result="complete"}'),
  }
}
