import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { startRedis, type ThrowawayRedis } from './redis.ts'

let server: ThrowawayRedis
afterEach(() => server.stop())

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

test('a throwaway Redis answers at its address and never evicts', async () => {
  server = await startRedis()
  expect(await ask(server.url, (redis) => redis.config('GET', 'maxmemory-policy'))).toEqual([
    'maxmemory-policy',
    'noeviction',
  ])
})

test('with appendonly, what it held outlives a crash, on the same port', async () => {
  server = await startRedis({ appendonly: true })
  await ask(server.url, async (redis) => {
    await redis.config('SET', 'appendfsync', 'always')
    await redis.set('kept', 'yes')
  })
  const before = server.pid
  server.kill('SIGKILL')
  await server.restart()
  expect(server.pid).not.toBe(before)
  expect(await ask(server.url, (redis) => redis.get('kept'))).toBe('yes')
})

test('a Redis that hangs can still be stopped', async () => {
  server = await startRedis()
  server.kill('SIGSTOP')
  await server.stop()
  expect(() => process.kill(server.pid, 0)).toThrow(/ESRCH/)
})

test("somebody else's Redis on the port is not taken for ours", async () => {
  server = await startRedis()
  await expect(startRedis({ port: server.port })).rejects.toThrow(/did not start on port/)
})
