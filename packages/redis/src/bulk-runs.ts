import { InvalidationMode } from '@freshet/core/coherence/log-record'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { RedisClient } from './connection.ts'
import { logUnavailable } from './log/log-script.ts'

/** Dead letters wait longer, but nobody asks for a run's progress any more. */
const KEEP_MS = 7 * 86_400_000

/** What a bulk run set out to do. How far it has come is in its queue (`InvalidationQueue.bulkLeft`). */
export const BulkRun = z.object({
  id: z.string(),
  mode: InvalidationMode,
  /** Redis's clock, epoch milliseconds. */
  acceptedAtMs: z.number(),
  keys: z.number().int().positive(),
  chunks: z.number().int().positive(),
})
export type BulkRun = z.infer<typeof BulkRun>

/** The bulk runs of the last week. Both methods reject with AppError `log_unavailable`. */
export class BulkRuns {
  private readonly redis: RedisClient

  constructor(redis: RedisClient) {
    this.redis = redis
  }

  async save(run: BulkRun): Promise<void> {
    await this.redis.set(redisKeys.bulkRun(run.id), JSON.stringify(run), 'PX', KEEP_MS).catch(logUnavailable)
  }

  /** Null when there is none, or what lies there cannot be read. */
  async find(id: string): Promise<BulkRun | null> {
    const text = await this.redis.get(redisKeys.bulkRun(id)).catch(logUnavailable)
    if (text === null) return null
    try {
      return BulkRun.safeParse(JSON.parse(text)).data ?? null
    } catch {
      return null
    }
  }
}
