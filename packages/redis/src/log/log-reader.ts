import type { LogSnapshot, PollReply } from '@freshet/core/coherence/log'
import type { RedisClient } from '../connection.ts'
import { type LogScript, logScript } from './log-script.ts'
import { parseReadReply } from './read-reply.ts'
import { LogSnapshots } from './snapshots.ts'

/** Reads the log without becoming a member: nobody waits for its reader, and its reader has no lease. */
export class LogReader {
  private readonly run: LogScript
  private readonly snapshots: LogSnapshots
  private readonly pageSize: number

  /** `pageSize`: records of one read, at most. */
  constructor(redis: RedisClient, pageSize: number) {
    this.run = logScript(redis, 'page', 'read')
    this.snapshots = new LogSnapshots(redis)
    this.pageSize = pageSize
  }

  /**
   * What follows `applied`; all that is retained when `generation` (null at first) is not the current one. Rejects with
   * `log_unavailable`.
   */
  async readAfter(generation: string | null, applied: number): Promise<PollReply> {
    return parseReadReply(await this.run(generation ?? '', applied, this.pageSize))
  }

  /** As `LogSnapshots.read`. */
  readSnapshot(): Promise<LogSnapshot | null> {
    return this.snapshots.read()
  }
}
