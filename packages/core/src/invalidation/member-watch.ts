import type { Member, MemberTable } from '../coherence/log.ts'

interface Sight {
  polls: number
  sinceMs: number
}

/** Who polls and who stands still, from one member table to the next. It does no I/O and has no clock. */
export class MemberWatch {
  private generation: string | null = null
  private sights = new Map<string, Sight>()

  /**
   * Takes in a table; tells for how long each member has been known to stand still, milliseconds. `receivedMs` is when the
   * table had *arrived*: the member's last poll came before that, and how long before is unknown.
   */
  see(table: MemberTable, receivedMs: number): { member: Member; stillMs: number }[] {
    // Counters begin anew with a generation: what was seen in another says nothing.
    const before = table.generation === this.generation ? this.sights : new Map<string, Sight>()
    this.generation = table.generation
    this.sights = new Map()
    return table.members.map((member) => {
      const name = `${member.nodeId}:${member.incarnation}`
      const known = before.get(name)
      const sight = known?.polls === member.polls ? known : { polls: member.polls, sinceMs: receivedMs }
      this.sights.set(name, sight)
      return { member, stillMs: receivedMs - sight.sinceMs }
    })
  }
}
