/** What can go wrong in a simulated cluster. */
export const FAULTS = [
  'lost request',
  'lost reply',
  'held reply',
  'lost doorbell',
  'lost L2 delete',
  'log down',
  'L2 down',
  'L2 evicts',
  'log trimmed',
  'unreadable record',
  'new generation, L2 kept',
  'new generation, L2 lost',
  'process paused',
  'machine suspended',
  'process killed',
  'wall clock set',
  'slow load',
  'hung load',
  'failed load',
] as const
export type Fault = (typeof FAULTS)[number]

/** What a run must have met to say anything. */
export const DEEDS = [
  'read answered',
  'fresh from l1',
  'fresh from l2',
  'fresh from origin',
  'fresh from joined',
  'fresh on the fast lane',
  'absent',
  'stale: revalidating',
  'stale: degraded',
  'stale: generation',
  'stale: origin-error',
  'stale: origin-slow',
  'read failed',
  'removal acknowledged',
  'write acknowledged',
  'amendment acknowledged',
  'change failed',
  'change applied by a node',
] as const
export type Deed = (typeof DEEDS)[number]

/** Counts deeds and faults: a simulation in which nothing happened proves nothing. */
export class Tally {
  private readonly counts = new Map<Deed | Fault, number>()

  add(what: Deed | Fault, count = 1): void {
    this.counts.set(what, this.count(what) + count)
  }

  count(what: Deed | Fault): number {
    return this.counts.get(what) ?? 0
  }

  addAll(other: Tally): void {
    for (const [what, count] of other.counts) this.add(what, count)
  }

  /** What never happened. */
  get missing(): (Deed | Fault)[] {
    return [...DEEDS, ...FAULTS].filter((what) => this.count(what) === 0)
  }
}
