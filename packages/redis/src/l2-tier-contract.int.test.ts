import { describeTierContract } from '@freshet/core/testing/tier-contract'
import { startRedis } from '@freshet/testing/redis'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { connectRedis } from './connection.ts'
import { RedisTier } from './l2-tier.ts'

let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis

beforeAll(async () => {
  server = await startRedis()
  redis = connectRedis({ url: server.url, name: 'l2', stallMs: 0, onError: () => {} })
  await new Promise((resolve) => redis.once('ready', resolve))
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

describeTierContract('Redis', async () => {
  await redis.flushall()
  return new RedisTier(redis, 1_000_000)
})
