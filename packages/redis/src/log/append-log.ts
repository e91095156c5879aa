import type { AppendLog } from '@freshet/core/coherence/log'
import { encodeCommands, type LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { AppendBatcher } from './append-batcher.ts'
import {
  type LogScript,
  logScript,
  logUnavailable,
  type ReplicatedLogScript,
  replicatedLogScript,
} from './log-script.ts'
import { NO_REPLICAS, type ReplicaRule, ReplicaWait } from './replica-wait.ts'

const AppendReply = z.tuple([z.string(), z.number()])

/** Appends to the invalidation log; for a node, and for a worker, which is no member of it. */
export class RedisAppendLog implements AppendLog {
  private readonly run: LogScript
  private readonly runReplicated: ReplicatedLogScript
  private readonly maxRecords: number
  private readonly replicas: ReplicaWait
  private readonly batcher = new AppendBatcher((commands) => this.send(commands))

  /** `maxRecords`: the hard cap, for when nobody trims (trimmer.ts). Who is further behind drops all it has (rule gap). */
  constructor(redis: Redis, maxRecords: number, replicas: ReplicaRule = NO_REPLICAS) {
    this.run = logScript(redis, 'append')
    this.runReplicated = replicatedLogScript(redis, 'append')
    this.maxRecords = maxRecords
    this.replicas = new ReplicaWait(redis, replicas)
  }

  /**
   * Rejects with AppError `log_unavailable` when the record's fate is unknown, and when fewer replicas than wanted have it
   * in time: one of those without it may be promoted, and then nobody would know of it (rule waitRepl).
   */
  append(...commands: LogCommand[]): Promise<Version> {
    return this.batcher.append(...commands)
  }

  private async send(commands: LogCommand[]): Promise<Version> {
    const payload = encodeCommands(commands)
    const counted = this.replicas.count()
    const wanted = typeof counted === 'number' ? counted : await counted.catch(logUnavailable)
    if (wanted === 0) return toVersion(await this.run(payload, this.maxRecords))
    const { withinMs } = this.replicas
    const { answer, replicas } = await this.runReplicated({ replicas: wanted, withinMs }, payload, this.maxRecords)
    if (replicas < wanted)
      return logUnavailable(new Error(`${replicas} of ${wanted} replicas had the record after ${withinMs} ms`))
    return toVersion(answer)
  }
}

function toVersion(reply: unknown): Version {
  const [generation, epoch] = AppendReply.parse(reply)
  return { generation, epoch }
}
