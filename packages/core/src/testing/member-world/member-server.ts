import type { Member, MemberTable } from '../../coherence/log.ts'
import type { Version } from '../../coherence/version.ts'

/** The part of the log's server that membership needs: epochs without records, and who follows them. */
export class MemberServer {
  private generations = 1
  private tail = 0
  /** Of all members, so that one who was taken off the list and comes back is not where it was when it went. */
  private polls = 0
  private list = new Map<string, Member>()

  get generation(): string {
    return this.generations.toString(16).padStart(16, '0')
  }

  append(): Version {
    this.tail++
    return { generation: this.generation, epoch: this.tail }
  }

  /** Registers the member and tells the tail, in one step. */
  poll(member: Omit<Member, 'polls'>, generation: string | null): { generation: string; tail: number } {
    const name = `${member.nodeId}:${member.incarnation}`
    const polls = ++this.polls
    const applied = generation === this.generation ? member.applied : 0
    this.list.set(name, { ...member, applied, polls })
    return { generation: this.generation, tail: this.tail }
  }

  table(): MemberTable {
    return { generation: this.generation, tail: this.tail, members: [...this.list.values()] }
  }

  reap(generation: string, { nodeId, incarnation, polls }: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>): boolean {
    const name = `${nodeId}:${incarnation}`
    if (generation !== this.generation || this.list.get(name)?.polls !== polls) return false
    return this.list.delete(name)
  }

  /** It was restarted and may have lost writes. */
  beginGeneration(): void {
    this.generations++
    this.tail = 0
    this.polls = 0
    this.list = new Map()
  }
}
