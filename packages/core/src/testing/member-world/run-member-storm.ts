import type { LogMembers } from '../../coherence/log.ts'
import type { Version } from '../../coherence/version.ts'
import { AppError } from '../../errors/app-error.ts'
import { Acknowledger } from '../../invalidation/acknowledger.ts'
import { Process } from '../simulated-cluster/process.ts'
import { Random } from '../simulated-cluster/random.ts'
import { Scheduler } from '../simulated-cluster/scheduler.ts'
import { LeaseHolder } from './lease-holder.ts'
import { MemberServer } from './member-server.ts'
import { Network } from './network.ts'

const LEASE_MS = 40
const STORM_MS = 1_500

/** What happened in one storm. `violation`: a node still holds a lease without what was acknowledged. */
export interface StormReport {
  violation: string | null
  members: number
  lease: number
  lost: number
  reaped: number
}

/**
 * Nodes that die, stall and sleep, a server that restarts, and two processes that append and wait for acknowledgements
 * with the real acknowledger. After each acknowledgement no node may hold a lease without having applied the record.
 */
export async function runMemberStorm(seed: number): Promise<StormReport> {
  const storm = new MemberStorm(seed)
  await storm.run()
  return storm.report
}

class MemberStorm {
  readonly report: StormReport = { violation: null, members: 0, lease: 0, lost: 0, reaped: 0 }
  private readonly scheduler = new Scheduler()
  private readonly random: Random
  private readonly network: Network
  private readonly server = new MemberServer()
  private readonly nodes: LeaseHolder[] = []
  private readonly askers: Process[] = []
  /** The newest epoch acknowledged in each generation. */
  private readonly acknowledged = new Map<string, number>()
  /** Either the server restarts or nodes give themselves different leases: after a restart nobody would know of those. */
  private readonly restarts: boolean
  private started = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    this.network = new Network(this.scheduler, this.random)
    this.restarts = this.random.chance(0.5)
  }

  run(): Promise<void> {
    return this.scheduler.withTimers(async () => {
      for (let i = 0; i < 3; i++) this.startNode()
      for (let i = 0; i < 2; i++) this.startAsker(`asker${i}`)
      for (let passedMs = 0; passedMs < STORM_MS && this.report.violation === null; passedMs++) {
        this.strike()
        await this.scheduler.pass(1)
        this.check()
      }
    })
  }

  private startNode(): void {
    const leaseMs = this.restarts || this.random.chance(0.7) ? LEASE_MS : 2 * LEASE_MS
    const node = new LeaseHolder('node', `${++this.started}`, leaseMs, this.scheduler.nowMs)
    this.nodes.push(node)
    this.scheduler.after(0, node.process, () => void node.follow(this.network, this.server))
  }

  private startAsker(name: string): void {
    const process = new Process(name, this.scheduler.nowMs, 0)
    this.askers.push(process)
    const acknowledger = new Acknowledger({
      members: this.membersFor(process),
      clock: process,
      leaseMs: LEASE_MS,
      fenceMs: 0,
      marginMs: 1,
    })
    this.scheduler.after(0, process, () => void this.ask(process, acknowledger))
  }

  private membersFor(process: Process): LogMembers {
    return {
      members: () => this.network.call(process, () => this.server.table()),
      reap: (generation, member) =>
        this.network.call(process, () => {
          const reaped = this.server.reap(generation, member)
          if (reaped) this.report.reaped++
          return reaped
        }),
    }
  }

  private async ask(process: Process, acknowledger: Acknowledger): Promise<never> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, this.random.between(1, 30)))
      try {
        const version = await this.network.call(process, () => this.server.append())
        // Several may wait at once.
        void this.expect(version, acknowledger)
      } catch {
        // Its fate is unknown and nobody was promised anything.
      }
    }
  }

  private async expect(version: Version, acknowledger: Acknowledger): Promise<void> {
    try {
      const { by } = await acknowledger.acknowledge(version)
      if (by === null) return
      this.report[by]++
      const { generation, epoch } = version
      this.acknowledged.set(generation, Math.max(epoch, this.acknowledged.get(generation) ?? 0))
      this.check()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.report.lost++
    }
  }

  private strike(): void {
    const { random, nodes } = this
    const [first, ...others] = nodes
    if (first === undefined) throw new Error('unreachable: there are always three nodes')
    const node = random.pick([first, ...others])
    if (random.chance(0.01)) node.process.pause(random.between(5, 3 * LEASE_MS))
    if (random.chance(0.004)) node.process.suspend(random.between(5, 3 * LEASE_MS))
    if (random.chance(0.004)) {
      node.process.kill()
      nodes.splice(nodes.indexOf(node), 1)
      this.startNode()
    }
    if (this.restarts && random.chance(0.004)) this.server.beginGeneration()
    for (const asker of this.askers) {
      if (random.chance(0.003)) asker.pause(random.between(5, 2 * LEASE_MS))
      if (random.chance(0.003)) asker.suspend(random.between(5, 2 * LEASE_MS))
      if (random.chance(0.003)) asker.stepWall(random.between(-60_000, 60_000))
    }
  }

  /** Generations are numbered, so their names are in the order in which they began. */
  private check(): void {
    for (const node of this.nodes) {
      const { process, generation, applied } = node
      if (process.paused || generation === null || !node.holdsLease()) continue
      for (const [other, epoch] of this.acknowledged) {
        if (other < generation || (other === generation && epoch <= applied)) continue
        this.report.violation ??= `a node at ${generation}.${applied} holds a lease, ${other}.${epoch} is acknowledged`
      }
    }
  }
}
