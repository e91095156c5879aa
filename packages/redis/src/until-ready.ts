import { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'

/**
 * Resolves once commands find a connection; on a Cluster, one to each master. Attempts that fail are waited out. Rejects
 * with what `signal` was aborted for, or when a connection was closed for good.
 */
export async function untilReady(redis: RedisClient, signal?: AbortSignal): Promise<void> {
  await ready(redis, signal)
  if (!(redis instanceof Redis)) await Promise.all(redis.nodes('master').map((node) => ready(node, signal)))
}

/** Not `once` of node:events: it rejects at the first attempt that fails. */
function ready(redis: RedisClient, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => settle(() => reject(new Error('This connection was closed')))
    const abort = () => settle(() => reject(signal?.reason))
    const done = () => settle(resolve)
    const settle = (how: () => void) => {
      redis.off('ready', done)
      redis.off('end', end)
      signal?.removeEventListener('abort', abort)
      how()
    }
    if (redis.status === 'ready') return resolve()
    if (redis.status === 'end') return end()
    if (signal?.aborted) return abort()
    redis.on('ready', done)
    redis.on('end', end)
    signal?.addEventListener('abort', abort)
  })
}
