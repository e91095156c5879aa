import type {
  InvalidationLog,
  LogMembers,
  LogSnapshot,
  Member,
  MemberTable,
  PollReply,
} from '@freshet/core/coherence/log'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import { RedisAppendLog } from './log/append-log.ts'
import { type LogScript, logScript, logUnavailable } from './log/log-script.ts'
import { memberName, RedisLogMembers } from './log/members.ts'
import { parseReadReply } from './log/read-reply.ts'
import type { ReplicaRule } from './log/replica-wait.ts'
import { LogSnapshots } from './log/snapshots.ts'

export interface RedisLogOptions {
  /** For appends, and for questions about members and the snapshot. */
  append: Redis
  /** For polls alone: a poll must never wait behind other commands. */
  poll: Redis
  /** In subscriber mode, for the doorbell. */
  doorbell: Redis
  nodeId: string
  /** Random per process: a restarted node is another member. */
  incarnation: string
  /** The lease that this node gives itself, milliseconds: how long others must wait for it when it falls silent. */
  leaseMs: number
  /** Records kept at most, for when nobody trims the log. A node that was away for longer drops all it has (rule gap). */
  maxRecords: number
  /** Records read by one poll. */
  pageSize: number
  /** Which replicas must have an append before it counts; none when left out. */
  replicas?: ReplicaRule
}

/** The invalidation log over one Redis Stream, as a member of it (protocol, "Scripts"). */
export class RedisInvalidationLog implements InvalidationLog, LogMembers {
  private readonly options: RedisLogOptions
  private readonly appends: RedisAppendLog
  private readonly table: RedisLogMembers
  private readonly snapshots: LogSnapshots
  private readonly runPoll: LogScript
  private readonly member: string

  constructor(options: RedisLogOptions) {
    this.options = options
    this.member = memberName(options.nodeId, options.incarnation)
    this.appends = new RedisAppendLog(options.append, options.maxRecords, options.replicas)
    this.table = new RedisLogMembers(options.append)
    this.snapshots = new LogSnapshots(options.append)
    this.runPoll = logScript(options.poll, 'page', 'poll')
  }

  append(...commands: LogCommand[]): Promise<Version> {
    return this.appends.append(...commands)
  }

  async poll(generation: string | null, applied: number): Promise<PollReply> {
    const { pageSize, leaseMs } = this.options
    return parseReadReply(await this.runPoll(this.member, generation ?? '', applied, pageSize, leaseMs))
  }

  members(): Promise<MemberTable> {
    return this.table.members()
  }

  reap(generation: string, member: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>): Promise<boolean> {
    return this.table.reap(generation, member)
  }

  readSnapshot(): Promise<LogSnapshot | null> {
    return this.snapshots.read()
  }

  onDoorbell(ring: () => void): () => void {
    const { doorbell, poll } = this.options
    const subscribe = () => {
      // A subscription that fails is made again on the next connection; meanwhile polls go on by the timer.
      doorbell.subscribe(redisKeys.logStream).catch(() => {})
    }
    doorbell.on('ready', subscribe)
    doorbell.on('message', ring)
    // Redis is back: the lease should not wait for the timer.
    poll.on('ready', ring)
    if (doorbell.status === 'ready') subscribe()
    return () => {
      doorbell.off('ready', subscribe)
      doorbell.off('message', ring)
      poll.off('ready', ring)
    }
  }

  async leave(): Promise<void> {
    await this.options.append.hdel(redisKeys.logMeta, `m:${this.member}`).catch(logUnavailable)
  }
}
