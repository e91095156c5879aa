import type { AppendLog } from '@freshet/core/coherence/log'
import { encodeCommands, type LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { AppendBatcher } from './append-batcher.ts'
import { type LogScript, logScript } from './log-script.ts'

const AppendReply = z.tuple([z.string(), z.number()])

/** Appends to the invalidation log; for a node, and for a worker, which is no member of it. */
export class RedisAppendLog implements AppendLog {
  private readonly run: LogScript
  private readonly maxRecords: number
  private readonly batcher = new AppendBatcher((commands) => this.send(commands))

  /** `maxRecords`: the hard cap, for when nobody trims (trimmer.ts). Who is further behind drops all it has (rule gap). */
  constructor(redis: Redis, maxRecords: number) {
    this.run = logScript(redis, 'append')
    this.maxRecords = maxRecords
  }

  append(...commands: LogCommand[]): Promise<Version> {
    return this.batcher.append(...commands)
  }

  private async send(commands: LogCommand[]): Promise<Version> {
    const [generation, epoch] = AppendReply.parse(await this.run(encodeCommands(commands), this.maxRecords))
    return { generation, epoch }
  }
}
