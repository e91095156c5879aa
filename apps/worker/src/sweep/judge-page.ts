import type { Judged, Verdict } from '@freshet/core/coherence/generations'
import { sweepAction } from '@freshet/core/coherence/sweep-action'
import type { Version } from '@freshet/core/coherence/version'
import type { Decision, HeldEntry } from './sweepable-tier.ts'

/** Who knows the log. */
export interface Judge {
  judge(key: string, entry: Judged): Verdict
  /** Redis's clock, epoch milliseconds. */
  nowMs(): number
}

/**
 * What becomes of the entries of one page, by what the log said up to `position`; those of which nothing is to be done
 * are left out.
 *
 * Entries of another generation are left to their own deadlines: whether one may still be served marked stale is for
 * nodes to say that saw that generation, and this worker may not have.
 */
export function judgePage<H extends HeldEntry>(entries: readonly H[], judge: Judge, position: Version): Decision<H>[] {
  return entries.flatMap((held): Decision<H>[] => {
    const { key, entry } = held
    const { version, stamp, tags } = entry
    if (version.generation !== position.generation) return []
    // A copy, because judging raises the stamp: what is written must be compared with what was read.
    const verdict = judge.judge(key, { version, stamp, tags })
    const action = sweepAction(entry, verdict, position.epoch, judge.nowMs())
    if (action.act === 'keep' || (action.act === 'stamp' && action.stamp === stamp)) return []
    return [{ held, action }]
  })
}
