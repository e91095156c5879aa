import type { InvalidationLog, LogMembers, Member, MemberTable, PollReply } from '@freshet/core/coherence/log'
import type { LogCommand, LogRecord } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { Scheduler } from '@freshet/core/testing/simulated-cluster/scheduler'
import { at, type RedisCosts } from '../redis/redis-costs.ts'
import { ModelledServer } from './modelled-server.ts'

const GENERATION = '0123456789abcdef'
const PAGE = 1_000

export interface LogModel {
  scheduler: Scheduler
  costs: RedisCosts
  /** One way between a node and Redis, milliseconds. */
  networkMs: number
  leaseMs: number
  /** An append rings no doorbells when one has rung them within so many milliseconds; 0: each rings them. */
  bellSpacingMs: number
}

/** The invalidation log at one server, whose every command takes as long as the real scripts were measured to take. */
export class ModelledLog {
  readonly server: ModelledServer
  /** Answered so far. */
  polls = 0
  looks = 0
  bytesOut = 0
  private readonly model: LogModel
  private readonly records: LogRecord[] = []
  private readonly members = new Map<string, Member>()
  private readonly bells = new Set<() => void>()
  private bellDue = false
  private rangMs = Number.NEGATIVE_INFINITY

  constructor(model: LogModel) {
    this.model = model
    this.server = new ModelledServer(model.scheduler, model.networkMs, () => this.ringBells())
  }

  /** The log as one node reaches it. */
  of(nodeId: string): InvalidationLog & LogMembers {
    return {
      append: (...commands) => this.append(commands),
      poll: (_generation, applied) => this.poll(nodeId, applied),
      onDoorbell: (ring) => {
        this.bells.add(ring)
        return () => this.bells.delete(ring)
      },
      members: () => this.look(),
      reap: async () => false,
      leave: async () => {},
      readSnapshot: async () => null,
    }
  }

  private append(commands: LogCommand[]): Promise<Version> {
    return this.server.call(() => {
      const epoch = this.records.length + 1
      this.records.push({ epoch, commands })
      this.bellDue ||= this.nowMs() - this.rangMs >= this.model.bellSpacingMs
      return { value: { generation: GENERATION, epoch }, costUs: this.model.costs.appendUs }
    })
  }

  private poll(nodeId: string, applied: number): Promise<PollReply> {
    const { costs, leaseMs } = this.model
    return this.server.call(() => {
      const records = this.records.slice(applied, applied + PAGE)
      this.members.set(nodeId, { nodeId, incarnation: nodeId, applied, polls: ++this.polls, leaseMs })
      this.bytesOut += costs.pollBytes + costs.recordBytes * records.length
      const value = { generation: GENERATION, tail: this.records.length, records, serverTimeMs: this.nowMs() }
      return { value, costUs: costs.pollUs + costs.recordUs * records.length }
    })
  }

  private look(): Promise<MemberTable> {
    const { costs } = this.model
    return this.server.call(() => {
      this.looks++
      this.bytesOut += at(costs.membersBytes, this.members.size)
      const value = { generation: GENERATION, tail: this.records.length, members: [...this.members.values()] }
      return { value, costUs: at(costs.members, this.members.size) }
    })
  }

  /** Everybody's bell, once a turn of the server however many appends there were in it: that is when sockets are written. */
  private ringBells(): { value: () => void; costUs: number } {
    if (!this.bellDue) return { value: () => {}, costUs: 0 }
    this.bellDue = false
    this.rangMs = this.nowMs()
    this.bytesOut += this.bells.size * this.model.costs.doorbellBytes
    const ring = () => {
      for (const bell of this.bells) bell()
    }
    return { value: ring, costUs: this.bells.size * this.model.costs.doorbellUs }
  }

  private nowMs(): number {
    return this.model.scheduler.nowMs()
  }
}
