import { setTimeout } from 'node:timers/promises'
import { connectRedis } from '@freshet/redis/connection'
import type { Redis } from 'ioredis'
import type { NodeEnv } from './env.ts'

/** A node's connections, each for one purpose, so that none waits behind another's replies. */
export interface NodeConnections {
  l2: Redis
  /** For walks through L2 (listings, previews): reads of values must not wait behind them. */
  browse: Redis
  log: { append: Redis; poll: Redis; doorbell: Redis }
  control: Redis
  registry: Redis
  /** Receipts, answers that may be asked for again, and leases of loads. */
  receipts: Redis
  /** Jobs for the worker. */
  jobs: Redis
  /** Resolves when all are ready, or after `ms`: a node starts without Redis too, and says that it is not ready. */
  settle(ms: number): Promise<void>
  close(): void
}

export function connectAll(env: NodeEnv, onError: (what: string) => (error: Error) => void): NodeConnections {
  const connect = (url: string, what: string, stallMs: number) =>
    connectRedis({ url, name: `${env.nodeId}/${what}`, stallMs, onError: onError(what) })
  const l2 = connect(env.l2RedisUrl, 'l2', env.FRESHET_L2_STALL_MS)
  const browse = connect(env.l2RedisUrl, 'browse', 2_000)
  // Half a lease: a poll that hangs is given up while there is still time for another.
  const stallMs = env.FRESHET_LEASE_MS / 2
  const append = connect(env.REDIS_URL, 'append', stallMs)
  const poll = connect(env.REDIS_URL, 'poll', stallMs)
  // A subscriber hears nothing for hours and that is no stall.
  const doorbell = connect(env.REDIS_URL, 'doorbell', 0)
  const control = connect(env.REDIS_URL, 'control', 2_000)
  const registry = connect(env.REDIS_URL, 'registry', 2_000)
  const receipts = connect(env.REDIS_URL, 'receipts', 2_000)
  const jobs = connect(env.REDIS_URL, 'jobs', 2_000)
  const all = [l2, browse, append, poll, doorbell, control, registry, receipts, jobs]
  return {
    l2,
    browse,
    log: { append, poll, doorbell },
    control,
    registry,
    receipts,
    jobs,
    async settle(ms) {
      const ready = all.map((redis) => new Promise((resolve) => redis.once('ready', resolve)))
      await Promise.race([Promise.all(ready), setTimeout(ms, undefined, { ref: false })])
    },
    close() {
      for (const redis of all) redis.disconnect()
    },
  }
}
