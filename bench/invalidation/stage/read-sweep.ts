import { setTimeout as sleep } from 'node:timers/promises'
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

/** Longer than the worker takes to see that a sweep is due. */
const QUIET_MS = 8_000
const IDLE_WITHIN_MS = 600_000

/** Waits until no sweep is under way and none follows: what is swept afterwards is for what comes afterwards. */
export async function sweepsAreOver(worker: Part | null): Promise<void> {
  const giveUpMs = performance.now() + IDLE_WITHIN_MS
  let last = await readSweep(worker)
  for (;;) {
    await sleep(QUIET_MS)
    const now = await readSweep(worker)
    if (now.progress === 1 && last.progress === 1 && now.complete === last.complete) return
    if (performance.now() > giveUpMs) throw new Error(`sweeps went on for ${IDLE_WITHIN_MS / 1_000} s`)
    last = now
  }
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
