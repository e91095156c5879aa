import type { Version } from '@freshet/core/coherence/version'
import type { SweepState } from '@freshet/core/contracts/job-payloads'
import { type Judge, judgePage } from './judge-page.ts'
import type { HeldEntry, SweepableTier } from './sweepable-tier.ts'

/** A sweep that has begun. */
export type Begun = SweepState & Required<Pick<SweepState, 'since'>>

/** Begins a sweep at the position up to which its judge knows the log, or goes on with one that has begun. */
export async function beginOrResume(
  saved: SweepState,
  position: Version,
  tier: Pick<SweepableTier, 'countEntries'>,
): Promise<Begun> {
  if (saved.since) return { ...saved, since: saved.since }
  const { generation, epoch } = position
  return { ...saved, since: { generation, epoch }, expected: await tier.countEntries() }
}

/** Looks at one page and does to it what the log says up to `position`. Resolves to where that leaves the sweep. */
export async function sweepPage<H extends HeldEntry>(
  tier: SweepableTier<H>,
  judge: Judge,
  state: Begun,
  position: Version,
): Promise<Begun> {
  const { entries, cursor } = await tier.readPage(state.cursor ?? null)
  const decisions = judgePage(entries, judge, position)
  await tier.apply(decisions)
  const removed = decisions.filter(({ action }) => action.act === 'remove').length
  return {
    ...state,
    cursor,
    seen: state.seen + entries.length,
    stamped: state.stamped + decisions.length - removed,
    removed: state.removed + removed,
  }
}

/** How far it has come, 0 to 1. Entries come and go meanwhile: only a complete sweep is at 1. */
export function progressOf({ cursor, seen, expected }: SweepState): number {
  return cursor === null ? 1 : Math.min(0.99, seen / Math.max(1, expected))
}
