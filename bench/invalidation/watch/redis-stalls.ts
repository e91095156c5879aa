import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'

const EVERY_MS = 20

/** Asks Redis all the while, to know how long it made anybody wait. */
export class RedisStalls {
  private worstMs = 0
  private stopped = false
  private readonly asking: Promise<void>

  constructor(redis: Redis) {
    this.asking = this.ask(redis)
  }

  /** The longest answer since the last call, milliseconds. */
  takeWorstMs(): number {
    const worstMs = this.worstMs
    this.worstMs = 0
    return worstMs
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.asking
  }

  private async ask(redis: Redis): Promise<void> {
    while (!this.stopped) {
      const sentMs = performance.now()
      await redis.ping()
      this.worstMs = Math.max(this.worstMs, performance.now() - sentMs)
      await sleep(EVERY_MS)
    }
  }
}
