import type { LogMembers, Member, MemberTable } from '../coherence/log.ts'

/** The log's list of members, as the test wants it, and how it was asked. */
export class ScriptedMembers implements LogMembers {
  generation: string
  tail = 1
  readonly listed = new Map<string, Member>()
  readonly reaped: string[] = []
  asked = 0
  mostAtOnce = 0
  down = false
  delayMs = 0
  private readonly leaseMs: number
  private running = 0

  constructor(generation: string, leaseMs: number) {
    this.generation = generation
    this.leaseMs = leaseMs
  }

  /** Lists a member, or lets it poll once more. */
  set(nodeId: string, applied: number, leaseMs = this.leaseMs): void {
    const polls = (this.listed.get(nodeId)?.polls ?? 0) + 1
    this.listed.set(nodeId, { nodeId, incarnation: `${nodeId}-1`, applied, polls, leaseMs })
  }

  async members(): Promise<MemberTable> {
    this.asked++
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running)
    const { generation, tail } = this
    const members = [...this.listed.values()]
    try {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs))
      if (this.down) throw new Error('Redis is away')
      return { generation, tail, members }
    } finally {
      this.running--
    }
  }

  async reap(_generation: string, { nodeId }: Pick<Member, 'nodeId'>): Promise<boolean> {
    this.reaped.push(nodeId)
    return this.listed.delete(nodeId)
  }
}
