import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@freshet/core/clock'
import type { AppendLog } from '@freshet/core/coherence/log'
import type { LogFollower } from '../log/log-follower.ts'
import type { SweepMetrics } from '../metrics/sweep-metrics.ts'
import { Pace } from '../sweep/pace.ts'
import { beginOrResume, progressOf, sweepPage } from '../sweep/sweep.ts'
import type { HeldEntry, SweepableTier } from '../sweep/sweepable-tier.ts'
import type { JobHandler } from './handler.ts'

export interface SweepOptions<H extends HeldEntry> {
  tier: SweepableTier<H>
  follower: Pick<LogFollower, 'position' | 'caughtUp' | 'judge' | 'nowMs'>
  log: AppendLog
  clock: Clock
  entriesPerSecond: number
  metrics: SweepMetrics
}

/**
 * Looks through the whole of L2, stamps what lives and removes what is dead, and at the end tells the log so: every node
 * may then let one floor stand for all that it remembers up to where the sweep began. Nothing depends on it but memory.
 *
 * It goes on where it was, after a pause as after the death of its worker, and keeps the position at which it began: what
 * it vouches for holds for the pages of every worker that had a part in it.
 */
export function createSweep<H extends HeldEntry>(options: SweepOptions<H>): JobHandler<'l2.sweep'> {
  const { tier, follower, log, clock, entriesPerSecond, metrics } = options
  return async (saved, run) => {
    const pace = new Pace(clock, entriesPerSecond)
    let position = follower.position
    if (position === null || !follower.caughtUp) return 'again'
    let state = await beginOrResume(saved, position, tier)
    while (state.cursor !== null) {
      position = follower.position ?? position
      // Epochs began again: what was vouched for means nothing any more.
      if (position.generation !== state.since.generation) return metrics.ended('void')
      // Another worker had read further: a stamp of ours would say less than the sweep is to vouch for.
      if (position.epoch < state.since.epoch || run.shouldYield()) return 'again'
      const before = state
      state = await sweepPage(tier, follower, before, position)
      // What was done after the limit is done again by whoever goes on.
      run.signal.throwIfAborted()
      await run.save(state)
      await run.report(progressOf(state))
      const seen = state.seen - before.seen
      const [stamped, removed] = [state.stamped - before.stamped, state.removed - before.removed]
      metrics.page({ seen, stamped, removed }, progressOf(state))
      await sleep(pace.pauseAfter(seen), undefined, { signal: run.signal })
    }
    await log.append({ kind: 'swept', epoch: state.since.epoch })
    metrics.ended('complete')
  }
}
