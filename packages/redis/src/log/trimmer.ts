import { z } from 'zod'
import type { RedisClient } from '../connection.ts'
import { type LogScript, snapshotScript } from './log-script.ts'

export interface Trimmed {
  generation: string
  /** Records cut off. */
  removed: number
  /** Epochs up to which audit and snapshot have come; 0: nothing of this generation yet. */
  archived: number
  snapshot: number
}

const TrimReply = z.tuple([z.instanceof(Buffer), z.number(), z.number(), z.number()])

/** Cuts off the log's oldest records. */
export class LogTrimmer {
  private readonly run: LogScript

  constructor(redis: RedisClient) {
    this.run = snapshotScript(redis, 'trim')
  }

  /**
   * Trims up to the lesser of audit and snapshot, less `spareRecords` for nodes that are a little behind: they need not
   * start over. Never further, whatever the caller believes. Rejects with `log_unavailable`.
   */
  async trim(spareRecords: number): Promise<Trimmed> {
    const [generation, removed, archived, snapshot] = TrimReply.parse(await this.run(spareRecords))
    return { generation: generation.toString(), removed, archived, snapshot }
  }
}
