import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type ConnectionOptions, connectRedis, connectRouted, type RedisClient } from '@freshet/redis/connection'
import { untilReady } from '@freshet/redis/until-ready'
import type { Redis } from 'ioredis'
import type { NodeEnv } from './env.ts'

/** A node's connections, each for one purpose, so that none waits behind another's replies. */
export interface NodeConnections {
  l2: RedisClient
  /** For walks through L2 (listings, previews): reads of values must not wait behind them. */
  browse: RedisClient
  log: { append: Redis; poll: Redis; doorbell: Redis }
  control: Redis
  registry: Redis
  /** Receipts, answers that may be asked for again, and leases of loads. */
  receipts: RedisClient
  /** Jobs for the worker. */
  jobs: Redis
  /** Resolves when all are ready, or after `ms`: a node starts without Redis too, and says that it is not ready. */
  settle(ms: number): Promise<void>
  close(): void
}

export function connectAll(env: NodeEnv, onError: (what: string) => (error: Error) => void): NodeConnections {
  const options = (url: string, what: string, stallMs: number): ConnectionOptions => ({
    url,
    name: `${env.nodeId}/${what}`,
    stallMs,
    onError: onError(what),
  })
  const connect = (what: string, stallMs: number, near: string) =>
    connectRedis({ ...options(env.REDIS_URL, what, stallMs), near })
  const l2 = connectRouted(options(env.l2RedisUrl, 'l2', env.FRESHET_L2_STALL_MS))
  const browse = connectRouted(options(env.l2RedisUrl, 'browse', 2_000))
  // Half a lease: a poll that hangs is given up while there is still time for another.
  const stallMs = env.FRESHET_LEASE_MS / 2
  const append = connect('append', stallMs, redisKeys.logMeta)
  const poll = connect('poll', stallMs, redisKeys.logMeta)
  // A subscriber hears nothing for hours and that is no stall.
  const doorbell = connect('doorbell', 0, redisKeys.logMeta)
  const control = connect('control', 2_000, redisKeys.controlDocument)
  const registry = connect('registry', 2_000, redisKeys.nodes)
  const receipts = connectRouted(options(env.REDIS_URL, 'receipts', 2_000))
  const jobs = connect('jobs', 2_000, redisKeys.queuePrefix)
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
      await Promise.allSettled(all.map((redis) => untilReady(redis, ms)))
    },
    close() {
      for (const redis of all) redis.disconnect()
    },
  }
}
