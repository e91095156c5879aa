import type { LogSnapshot } from '@freshet/core/coherence/log'
import { encodeVersion } from '@freshet/core/entries/entry-codec'
import { z } from 'zod'
import type { RedisClient } from '../connection.ts'
import { type LogScript, snapshotScript } from './log-script.ts'

/** Generation and epoch, as `encodeVersion` writes them. */
const HEAD_BYTES = 16
const bytes = z.instanceof(Buffer)
const SnapshotReply = z.tuple([bytes, bytes.nullable()])

/** The snapshot of the index in Redis: one string, written and read whole (rule snap). */
export class LogSnapshots {
  private readonly runWrite: LogScript
  private readonly runRead: LogScript

  constructor(redis: RedisClient) {
    this.runWrite = snapshotScript(redis, 'write-snapshot')
    this.runRead = snapshotScript(redis, 'read-snapshot')
  }

  /**
   * Says whether it was stored: not when its generation is over, nor over one of the same generation that reaches as far
   * or further. Rejects with `log_unavailable`.
   */
  async write({ generation, epoch, index }: LogSnapshot): Promise<boolean> {
    const value = Buffer.concat([encodeVersion({ generation, epoch }), index])
    return (await this.runWrite(generation, epoch, value)) === 1
  }

  /** The current generation's; null when there is none, or what lies there is not one. Rejects with `log_unavailable`. */
  async read(): Promise<LogSnapshot | null> {
    const [generation, value] = SnapshotReply.parse(await this.runRead())
    if (value === null || value.length < HEAD_BYTES) return null
    return {
      generation: generation.toString(),
      epoch: Number(value.readBigUInt64BE(8)),
      index: value.subarray(HEAD_BYTES),
    }
  }
}
