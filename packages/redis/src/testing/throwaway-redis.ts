import { startRedis } from '@freshet/testing/redis'
import { onTestFinished } from 'vitest'
import { connectRedis } from '../connection.ts'

/** A Redis of the test's own, and connections to it that end with the test. `appendonly`: it keeps what it was told. */
export async function throwawayRedis({ appendonly = false } = {}) {
  const server = await startRedis({ appendonly })
  const open: ReturnType<typeof connectRedis>[] = []
  onTestFinished(async () => {
    for (const redis of open) redis.disconnect()
    await server.stop()
  })
  return {
    server,
    /** Ready when it resolves. `stallMs` as in `connectRedis`. */
    async connect(name: string, stallMs = 0) {
      const redis = connectRedis({ url: server.url, name, stallMs, onError: () => {} })
      open.push(redis)
      await new Promise((resolve) => redis.once('ready', resolve))
      return redis
    },
  }
}
