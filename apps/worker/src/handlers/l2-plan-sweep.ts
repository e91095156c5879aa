import type { Clock } from '@freshet/core/clock'
import type { LogFollower } from '../log/log-follower.ts'
import { isSweepDue, type SweepRhythm } from '../sweep/sweep-due.ts'
import type { JobHandler } from './handler.ts'

export interface PlanSweepOptions {
  follower: Pick<LogFollower, 'caughtUp' | 'unsweptFacts'>
  rhythm: SweepRhythm
  clock: Clock
  /** Puts a sweep into the queue unless one is there or under way. */
  begin: () => Promise<void>
}

/** Begins a sweep when the log has given reason for one. */
export function createPlanSweep({ follower, rhythm, clock, begin }: PlanSweepOptions): JobHandler<'l2.plan-sweep'> {
  return async () => {
    // Behind the log's end, the news that it was swept may be what is missing.
    if (follower.caughtUp && isSweepDue(follower.unsweptFacts, rhythm, clock.monotonicMs())) await begin()
  }
}
