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
  'log cut short',
  'unreadable record',
  'log forgotten',
  'log and L2 flushed',
  'log restarted from disk',
  'L2 restarted from disk',
  'master lost, replica promoted',
  'split brain',
  'old master returns',
  'partition healed',
  'connection falls back',
  'process paused',
  'machine suspended',
  'process killed',
  'worker killed',
  'worker paused',
  'wall clock set',
  'slow load',
  'hung load',
  'failed load',
  'slow fill',
] as const
export type Fault = (typeof FAULTS)[number]

/** What a run must have met to say anything. */
export const DEEDS = [
  'read answered',
  'fresh from l1',
  'fresh from l2',
  'fresh from origin',
  'fresh from joined',
  'fresh from peer',
  'passed on',
  'peer unavailable',
  'fresh on the fast lane',
  'absent',
  'stale: revalidating',
  'stale: degraded',
  'stale: generation',
  'stale: origin-error',
  'stale: origin-slow',
  'ended value served stale',
  'read failed',
  'hard keys',
  'soft keys',
  'hard tags',
  'soft tags',
  'hard patterns',
  'soft patterns',
  'hard namespaces',
  'soft namespaces',
  'hard all',
  'soft all',
  'bounded reach',
  'acknowledged by members',
  'acknowledged by lease',
  'acknowledgement refused',
  'acknowledgement late',
  'wait: local',
  'wait: none',
  'write acknowledged',
  'amendment acknowledged',
  'change failed',
  'change applied by a node',
  'lease given',
  'fill accepted',
  'fill fenced',
  'fill failed',
  'snapshot written',
  'joined from snapshot',
  'joined cold',
  'log trimmed',
  'swept: stamped',
  'swept: removed',
  'sweep completed',
  'folded after a sweep',
  'member reaped',
  'generation begun',
] as const
export type Deed = (typeof DEEDS)[number]

/** Counts deeds and faults: a simulation in which nothing happened proves nothing. */
export class Tally {
  private readonly counts: Map<Deed | Fault, number>

  constructor(counts: Iterable<readonly [Deed | Fault, number]> = []) {
    this.counts = new Map(counts)
  }

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

  tell(): string {
    return [...DEEDS, ...FAULTS].map((what) => `${what} ${this.count(what)}`).join(', ')
  }

  entries(): (readonly [Deed | Fault, number])[] {
    return [...this.counts]
  }
}
