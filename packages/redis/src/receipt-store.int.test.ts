import type { Receipt } from '@freshet/core/invalidation/receipt'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { RedisReceiptStore } from './receipt-store.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

const DAY_MS = 86_400_000

const receipt: Receipt = {
  id: '0199a6b2-0000-4000-8000-000000000001',
  state: 'acknowledged',
  epoch: '00000000000000a1.7',
  mode: 'hard',
  acceptedAtMs: 1_700_000_000_000,
  acknowledgedBy: 'members',
  acknowledgedAfterMs: 2.5,
  nodes: [{ nodeId: 'node-1', incarnation: 'x', appliedAfterMs: 1.5, leaseExpiredAfterMs: null }],
  laggards: [],
  leaseRemainingMs: 0,
  archived: false,
}

async function setUp() {
  const { server, connect } = await throwawayRedis()
  const redis = await connect('receipts')
  const archived = new Set<string>()
  const store = new RedisReceiptStore(redis, async ({ generation, epoch }) => archived.has(`${generation}.${epoch}`))
  return { server, redis, store, archived }
}

it('a receipt is found for as long as it was to be kept', async () => {
  const { store, redis } = await setUp()
  expect(await store.find(receipt.id)).toBeNull()
  await store.save({ ...receipt, state: 'planned', epoch: null }, DAY_MS)
  expect(await store.find(receipt.id)).toMatchObject({ state: 'planned', archived: false })
  await store.save(receipt, DAY_MS)
  expect(await store.find(receipt.id)).toEqual(receipt)
  expect(await redis.pttl(redisKeys.receipt(receipt.id))).toBeGreaterThan(DAY_MS - 60_000)
})

it('it is told as archived once the audit has come so far', async () => {
  const { store, archived } = await setUp()
  await store.save(receipt, DAY_MS)
  archived.add('00000000000000a1.7')
  expect(await store.find(receipt.id)).toEqual({ ...receipt, archived: true })
})

it('what lies there and is no receipt is none', async () => {
  const { store, redis } = await setUp()
  for (const text of ['{', '{"id":"x"}', '']) {
    await redis.set(redisKeys.receipt(receipt.id), text)
    expect(await store.find(receipt.id)).toBeNull()
  }
})

it('says so when it cannot be reached', async () => {
  const { store, server } = await setUp()
  server.kill('SIGKILL')
  await expect.poll(() => store.find('x').catch(({ code }) => code), { timeout: 10_000 }).toBe('log_unavailable')
  await expect(store.save(receipt, DAY_MS)).rejects.toMatchObject({ code: 'log_unavailable' })
})
