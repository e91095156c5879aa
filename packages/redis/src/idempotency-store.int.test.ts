import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { IdempotencyStore } from './idempotency-store.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

const DAY_MS = 86_400_000

async function setUp(holdMs = 60_000) {
  const { server, connect } = await throwawayRedis()
  const redis = await connect('idempotency')
  return { server, redis, store: new IdempotencyStore(redis, { keepMs: DAY_MS, holdMs }) }
}

/** The claim of a key that must be new. */
async function claimOf(store: IdempotencyStore, digest: string, request = 'r'): Promise<string> {
  const begun = await store.begin(digest, request)
  if (begun.state !== 'new') throw new Error(begun.state)
  return begun.claim
}

it('one request of many with the same key is run, and the others are told its answer', async () => {
  const { store, redis } = await setUp()
  const begun = await Promise.all(Array.from({ length: 10 }, () => store.begin('d', 'r')))
  const [first] = begun.filter(({ state }) => state === 'new')
  expect(begun.filter(({ state }) => state === 'in-progress')).toHaveLength(9)
  if (first?.state !== 'new') throw new Error('nobody was first')
  expect(await store.finish('d', first.claim, '{"id":"ü"}')).toBe(true)
  expect(await store.begin('d', 'r')).toEqual({ state: 'answered', answer: '{"id":"ü"}' })
  const ttlMs = await redis.pttl(redisKeys.idempotency('d'))
  expect(ttlMs).toBeGreaterThan(DAY_MS - 60_000)
  expect(ttlMs).toBeLessThanOrEqual(DAY_MS)
})

it('a key that was used for another request is told apart, before and after that was answered', async () => {
  const { store } = await setUp()
  const claim = await claimOf(store, 'd')
  expect(await store.begin('d', 'other')).toEqual({ state: 'other-request' })
  await store.finish('d', claim, 'a')
  expect(await store.begin('d', 'other')).toEqual({ state: 'other-request' })
})

it('a request that failed may be sent again at once', async () => {
  const { store } = await setUp()
  await store.release('d', await claimOf(store, 'd'))
  expect(await store.begin('d', 'r')).toMatchObject({ state: 'new' })
})

it('a claim whose time was over neither answers nor frees what is another claim now', async () => {
  const { store, redis } = await setUp(30)
  const again = new IdempotencyStore(redis, { keepMs: DAY_MS, holdMs: 60_000 })
  const late = await claimOf(store, 'd')
  let held = ''
  await expect
    .poll(
      async () => {
        const begun = await again.begin('d', 'r')
        if (begun.state === 'new') held = begun.claim
        return begun.state
      },
      { timeout: 10_000 },
    )
    .toBe('new')
  expect(await again.finish('d', late, 'late')).toBe(false)
  await again.release('d', late)
  expect(await again.begin('d', 'r')).toEqual({ state: 'in-progress' })
  expect(await again.finish('d', held, 'mine')).toBe(true)
  expect(await again.begin('d', 'r')).toEqual({ state: 'answered', answer: 'mine' })
})

it('says so when nobody can tell', async () => {
  const { store, server } = await setUp()
  server.kill('SIGKILL')
  await expect.poll(() => store.begin('d', 'r').catch(({ code }) => code), { timeout: 10_000 }).toBe('log_unavailable')
})
