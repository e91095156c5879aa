import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisClient } from './connection.ts'
import { logUnavailable } from './log/log-script.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'

/**
 * Who of the whole cluster may load a key at the moment (cache-aside). It saves loads and nothing else: that a late value
 * loses to what came between is for its version to say. Both methods reject with AppError `log_unavailable`.
 */
export class LoadLeases {
  private readonly redis: RedisClient
  private readonly runRelease: ScriptRunner

  constructor(redis: RedisClient) {
    this.redis = redis
    this.runRelease = scriptRunner(redis, loadScript('release'))
  }

  /** True when the key is the caller's to load for `holdMs` milliseconds; false while somebody else holds it. */
  async take(key: string, nonce: string, holdMs: number): Promise<boolean> {
    const reply = await this.redis.set(redisKeys.loadLease(key), nonce, 'PX', holdMs, 'NX').catch(logUnavailable)
    return reply === 'OK'
  }

  /** Gives it back, if it still is the caller's. */
  async release(key: string, nonce: string): Promise<void> {
    await this.runRelease([redisKeys.loadLease(key)], [nonce]).catch(logUnavailable)
  }
}
