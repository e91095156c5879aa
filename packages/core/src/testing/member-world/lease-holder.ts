import type { Instant } from '../../coherence/follower.ts'
import { Process } from '../simulated-cluster/process.ts'
import type { MemberServer } from './member-server.ts'
import type { Network } from './network.ts'

/** A node reduced to what an acknowledgement must not overlook: what it has applied, and whether it holds a lease. */
export class LeaseHolder {
  readonly process: Process
  generation: string | null = null
  applied = 0
  private readonly leaseMs: number
  private readonly incarnation: string
  private leaseFrom: Instant | null = null

  constructor(name: string, incarnation: string, leaseMs: number, nowMs: () => number) {
    this.process = new Process(name, nowMs, 0)
    this.incarnation = incarnation
    this.leaseMs = leaseMs
  }

  /** Whether it would serve a value from its memory as fresh right now. */
  holdsLease(): boolean {
    if (this.leaseFrom === null) return false
    const { monotonicMs, wallMs } = this.now()
    return Math.max(monotonicMs - this.leaseFrom.monotonicMs, wallMs - this.leaseFrom.wallMs) < this.leaseMs
  }

  async follow(network: Network, server: MemberServer): Promise<never> {
    for (;;) {
      const moved = await this.poll(network, server).catch(() => false)
      const restMs = moved ? 1 : network.random.between(1, this.leaseMs / 4)
      await new Promise((resolve) => setTimeout(resolve, restMs))
    }
  }

  private async poll(network: Network, server: MemberServer): Promise<boolean> {
    const { generation, applied, incarnation, leaseMs } = this
    const nodeId = this.process.name
    const sentAt = this.now()
    const reply = await network.call(this.process, () =>
      server.poll({ nodeId, incarnation, applied, leaseMs }, generation),
    )
    if (reply.generation !== this.generation) {
      this.generation = reply.generation
      this.applied = 0
      this.leaseFrom = null
    }
    const from = this.applied
    const wholePage = network.random.chance(0.8)
    this.applied = wholePage ? reply.tail : Math.min(reply.tail, from + 1)
    if (this.applied === reply.tail) this.leaseFrom = sentAt
    return this.applied > from
  }

  private now(): Instant {
    return { monotonicMs: this.process.monotonicMs(), wallMs: this.process.wallMs() }
  }
}
