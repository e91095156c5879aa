import type { InvalidationLog, LogMembers, LogSnapshot, Member, MemberTable, PollReply } from '../../coherence/log.ts'
import type { LogCommand } from '../../coherence/log-record.ts'
import type { Version } from '../../coherence/version.ts'
import { AppError } from '../../errors/app-error.ts'
import { Link } from './link.ts'
import * as scripts from './log-scripts.ts'
import { LEASE_MS } from './plan.ts'
import type { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** The log as one process reaches it: appends and polls on connections of their own, doorbells that may not ring. */
export class ChaosLog implements InvalidationLog, LogMembers {
  private readonly world: World
  private readonly process: Process
  private readonly servers: Servers
  private readonly appends: Link
  private readonly polls: Link
  private readonly asks: Link

  constructor(world: World, process: Process, servers: Servers) {
    this.world = world
    this.process = process
    this.servers = servers
    const link = (name: string) => new Link(world, process, name, servers.logRoute(process))
    this.appends = link('append')
    this.polls = link('poll')
    this.asks = link('members')
  }

  append(...commands: LogCommand[]): Promise<Version> {
    return reached(this.appends.call('append', (server) => this.servers.append(server, commands)))
  }

  poll(generation: string | null, applied: number): Promise<PollReply> {
    return this.polls.call('poll', (server) =>
      this.servers.replyOf(
        server.script((caller) => scripts.poll(caller, this.member, { generation, applied }, this.pageSize)),
      ),
    )
  }

  /** As `poll`, but nobody waits for who reads like this. */
  read(generation: string | null, applied: number): Promise<PollReply> {
    return this.polls.call('read', (server) =>
      this.servers.replyOf(server.ask((caller) => scripts.read(caller, { generation, applied }, this.pageSize))),
    )
  }

  onDoorbell(ring: () => void): () => void {
    const { world, process } = this
    const stop = this.servers.onDoorbell(process, () => {
      if (!world.strikes('lost doorbell', 1)) world.scheduler.after(world.random.between(1, 5), process, ring)
    })
    process.whenKilled(stop)
    return stop
  }

  async leave(): Promise<void> {
    await this.polls.call('leave', (server) => server.script((caller) => scripts.leave(caller, this.member)))
  }

  members(): Promise<MemberTable> {
    return reached(this.asks.call('members', (server) => server.ask(scripts.members)))
  }

  reap(generation: string, member: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>): Promise<boolean> {
    return reached(
      this.asks.call('reap', (server) => {
        const reaped = server.script((caller) => scripts.reap(caller, generation, member))
        this.world.note(() => `${this.process.name} ${reaped ? 'reaps' : 'spares'} ${member.nodeId}`)
        if (reaped) this.world.tally.add('member reaped')
        return reaped
      }),
    )
  }

  async readSnapshot(): Promise<LogSnapshot | null> {
    const snapshot = await this.polls.call('read snapshot', (server) => server.ask(scripts.readSnapshot))
    this.world.tally.add(snapshot === null ? 'joined cold' : 'joined from snapshot')
    return snapshot
  }

  writeSnapshot(snapshot: LogSnapshot): Promise<boolean> {
    return this.asks.call('write snapshot', (server) =>
      server.script((caller) => scripts.writeSnapshot(caller, snapshot)),
    )
  }

  trim(spare: number): Promise<void> {
    return this.asks.call('trim', (server) => server.script((caller) => scripts.trim(caller, spare)))
  }

  private get member(): Pick<Member, 'nodeId' | 'incarnation' | 'leaseMs'> {
    return { nodeId: this.process.name, incarnation: '1', leaseMs: LEASE_MS }
  }

  private get pageSize(): number {
    return this.world.plan.pageSize
  }
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new AppError('log_unavailable', 'the call failed or its fate is unknown', {}, { cause })
  }
}
