import type { Clock } from '../clock.ts'
import type { LogMembers, Member, MemberTable } from '../coherence/log.ts'
import { MemberWatch } from './member-watch.ts'

export interface ReaperDeps {
  members: LogMembers
  clock: Clock
  /** Our own lease, milliseconds: nobody is reaped sooner, whatever lease it gives itself. */
  leaseMs: number
  /** Added to the lease, milliseconds: two clocks do not run at quite the same rate. */
  marginMs: number
}

/**
 * Takes members off the log's list that have died or were cut off, so that they delay no further acknowledgement. A
 * member is removed when it has not polled for its whole lease and a margin, so it has no lease any more; if it lives
 * after all, its next poll puts it back on the list before it can have one.
 *
 * Time is the reaper's own monotonic clock, which never runs ahead: on a machine that was suspended it stood still, and
 * the member is reaped later. (A member measures its lease by the clock that ran furthest, for the same reason.)
 */
export class Reaper {
  private readonly deps: ReaperDeps
  private readonly watch = new MemberWatch()

  constructor(deps: ReaperDeps) {
    this.deps = deps
  }

  /** Reads the table and reaps; to be called every half lease or so. Rejects with `log_unavailable`. */
  async look(): Promise<Member[]> {
    return this.see(await this.deps.members.members())
  }

  /** The same with a table that has just arrived. Resolves to those who were removed. */
  async see(table: MemberTable): Promise<Member[]> {
    const { members, clock, leaseMs, marginMs } = this.deps
    const reaped: Member[] = []
    for (const { member, stillMs } of this.watch.see(table, clock.monotonicMs())) {
      if (stillMs < Math.max(member.leaseMs, leaseMs) + marginMs) continue // rule reapSafe
      if (await members.reap(table.generation, member)) reaped.push(member)
    }
    return reaped
  }
}
