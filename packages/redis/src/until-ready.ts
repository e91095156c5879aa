import { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'

/**
 * Resolves once commands find a connection; on a Cluster, one to each master. Attempts that fail are waited out. Rejects
 * when `withinMs` have passed first, or when a connection was closed for good.
 */
export async function untilReady(redis: RedisClient, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs
  await ready(redis, withinMs)
  if (redis instanceof Redis) return
  await Promise.all(redis.nodes('master').map((node) => ready(node, untilMs - performance.now())))
}

/** Not `once` of node:events: it rejects at the first attempt that fails. */
function ready(redis: RedisClient, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => settle(resolve)
    const end = () => settle(() => reject(new Error('This connection was closed')))
    const timer = setTimeout(() => settle(() => reject(new Error('This connection could not be made yet'))), withinMs)
    const settle = (how: () => void) => {
      clearTimeout(timer)
      redis.off('ready', done)
      redis.off('end', end)
      how()
    }
    redis.on('ready', done)
    redis.on('end', end)
    if (redis.status === 'ready') done()
    else if (redis.status === 'end') end()
  })
}
