import type { PollReply } from '@freshet/core/coherence/log'
import type { Redis } from 'ioredis'
import { type LogScript, logScript } from './log-script.ts'
import { parseReadReply } from './read-reply.ts'

/** Reads the log without becoming a member: nobody waits for its reader, and its reader has no lease. */
export class LogReader {
  private readonly run: LogScript

  constructor(redis: Redis) {
    this.run = logScript(redis, 'page', 'read')
  }

  /**
   * What follows `applied`; all that is retained when `generation` (null at first) is not the current one. At most
   * `count` records. Rejects with `log_unavailable`.
   */
  async readAfter(generation: string | null, applied: number, count: number): Promise<PollReply> {
    return parseReadReply(await this.run(generation ?? '', applied, count))
  }
}
