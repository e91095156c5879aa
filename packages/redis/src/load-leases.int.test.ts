import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { LoadLeases } from './load-leases.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp() {
  const { server, connect } = await throwawayRedis()
  const [redis, other] = await Promise.all([connect('one'), connect('other')])
  return { server, redis, leases: new LoadLeases(redis), others: new LoadLeases(other) }
}

it('one caller of all holds a key, until it gives it back', async () => {
  const { leases, others } = await setUp()
  const taken = await Promise.all([...Array(20).keys()].map((i) => (i % 2 ? leases : others).take('k', `${i}`, 60_000)))
  expect(taken.filter(Boolean)).toHaveLength(1)
  expect(await others.take('another', 'n', 60_000)).toBe(true)
  await leases.release('k', `${taken.indexOf(true)}`)
  expect(await others.take('k', 'next', 60_000)).toBe(true)
})

it('a holder that died blocks nobody for longer than its time', async () => {
  const { leases, others, redis } = await setUp()
  expect(await leases.take('k', 'dead', 40)).toBe(true)
  expect(await redis.pttl(redisKeys.loadLease('k'))).toBeLessThanOrEqual(40)
  await expect.poll(() => others.take('k', 'next', 60_000), { timeout: 10_000 }).toBe(true)
})

it('one whose time was over does not take the lease from whoever holds it now', async () => {
  const { leases, others } = await setUp()
  await leases.take('k', 'slow', 20)
  await expect.poll(() => others.take('k', 'next', 60_000), { timeout: 10_000 }).toBe(true)
  await leases.release('k', 'slow')
  expect(await leases.take('k', 'third', 60_000)).toBe(false)
})

it('says so when nobody can tell', async () => {
  const { leases, server } = await setUp()
  server.kill('SIGKILL')
  await expect
    .poll(() => leases.take('k', 'n', 1_000).catch(({ code }) => code), { timeout: 10_000 })
    .toBe('log_unavailable')
})
