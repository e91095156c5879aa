import type { Entry } from '../entries/entry.ts'
import type { Verdict } from './generations.ts'

/** What a sweep (of L1 or of L2) does with one value. */
export type SweepAction =
  | { act: 'keep' }
  | { act: 'remove' }
  /** Note that nothing concerned it up to `stamp`; `freshUntilMs` is when it was fresh for the last time. */
  | { act: 'stamp'; stamp: number; freshUntilMs: number }

/**
 * `verdict` is the log's on the value as it lies there, `applied` the epoch up to which whoever sweeps knows everything,
 * `nowMs` Redis's clock. A softened value gets its softness written into its deadlines: then it may be stamped like any
 * other, and a floor that comes to stand for the soft record leaves it what it has left. A superseded one is kept: nodes
 * may serve it marked until it has been refreshed.
 */
export function sweepAction(entry: Entry, verdict: Verdict, applied: number, nowMs: number): SweepAction {
  switch (verdict) {
    case 'dead':
      return { act: 'remove' }
    case 'superseded':
      return { act: 'keep' }
    case 'softened':
      // Without a window of its own it is good for nothing but a failing origin, and the floor will take it. Its freshness
      // ends when it began: "until now" would last a moment longer where Redis's clock is believed to be behind.
      return entry.staleUntilMs > entry.freshUntilMs && nowMs < entry.staleUntilMs
        ? { act: 'stamp', stamp: applied, freshUntilMs: entry.storedAtMs }
        : { act: 'remove' }
    case 'valid':
      return { act: 'stamp', stamp: Math.max(applied, entry.stamp), freshUntilMs: entry.freshUntilMs }
  }
}
