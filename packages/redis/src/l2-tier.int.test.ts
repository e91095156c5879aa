import type { Entry } from '@freshet/core/entries/entry'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { describe, expect, it } from 'vitest'
import { RedisTier } from './l2-tier.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

const GEN_1 = '00000000000000a1'
const NOW_MS = 1_700_000_000_000
const plain = { compressAboveBytes: 0, nowMs: NOW_MS }

async function setUp(stallMs = 0) {
  const { server, connect } = await throwawayRedis()
  const [redis, probe] = await Promise.all([connect('l2', stallMs), connect('probe')])
  return { server, probe, tier: new RedisTier(redis, 1_000_000) }
}

function entryOf(body: string | Buffer, epoch = 1, generation = GEN_1, ttlMs = 60_000): Entry {
  return makeEntry(
    { body: Buffer.from(body), contentType: 'text/plain', etag: null, tags: ['a', 'ü b'], ttlMs, swrMs: 0, sieMs: 0 },
    { generation, epoch },
    defaultPolicy(),
    NOW_MS,
  )
}

describe('an entry', () => {
  it('is compressed above the size that the policy names, when that pays', async () => {
    const { tier, probe } = await setUp()
    const text = entryOf('freshet '.repeat(2_000))
    const noise = entryOf(Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7_919 * (i % 251)) & 255)))
    await tier.put('text', text, { ...plain, compressAboveBytes: 1_000 })
    await tier.put('small', text, { ...plain, compressAboveBytes: 100_000 })
    await tier.put('noise', noise, { ...plain, compressAboveBytes: 1_000 })
    expect(await probe.strlen(redisKeys.entry('text'))).toBeLessThan(1_000)
    expect(await probe.strlen(redisKeys.entry('small'))).toBeGreaterThan(16_000)
    expect(await tier.get('text')).toEqual({ state: 'hit', entry: text })
    expect(await tier.get('noise')).toEqual({ state: 'hit', entry: noise })
  })

  it('leaves Redis when its last deadline is over', async () => {
    const { tier, probe } = await setUp()
    await tier.put('k', entryOf('x', 1, GEN_1, 60_000), plain)
    const leftMs = await probe.pttl(redisKeys.entry('k'))
    expect(leftMs).toBeGreaterThan(50_000)
    expect(leftMs).toBeLessThanOrEqual(60_000)
    expect(await tier.put('gone', entryOf('x', 1, GEN_1, 10), { ...plain, nowMs: NOW_MS + 11 })).toBe(false)
  })

  it('is a miss when what lies there is not ours, or inflates beyond the limit', async () => {
    const { tier, probe } = await setUp()
    await probe.set(redisKeys.entry('foreign'), 'hello')
    expect(await tier.get('foreign')).toEqual({ state: 'miss' })
    await tier.put('bomb', entryOf(Buffer.alloc(2_000_000)), { ...plain, compressAboveBytes: 1 })
    expect(await tier.get('bomb')).toEqual({ state: 'miss' })
  })

  it('may be created where something lies that is not ours: to every reader there is nothing', async () => {
    const { tier, probe } = await setUp()
    await probe.set(redisKeys.entry('k'), 'something of 20 bytes or more, of another format')
    expect(await tier.put('k', entryOf('x'), { ...plain, condition: { seen: null } })).toBe(true)
    expect((await tier.get('k')).state).toBe('hit')
  })
})

describe('while Redis is away', () => {
  it('says so at once when it is gone, and serves again when it is back', async () => {
    const { tier, server } = await setUp()
    server.kill('SIGKILL')
    await expect.poll(() => tier.get('k').catch((error) => error.code)).toBe('store_unavailable')
    await expect(tier.getMany(['k'])).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(tier.put('k', entryOf('x'), plain)).rejects.toMatchObject({ code: 'store_unavailable' })
    await server.restart()
    await expect.poll(() => tier.get('k').catch((error) => error.code), { timeout: 5_000 }).toEqual({ state: 'miss' })
  })

  it('gives up on a Redis that hangs, after the stall limit', async () => {
    const { tier, server } = await setUp(150)
    server.kill('SIGSTOP')
    await expect(tier.get('k')).rejects.toMatchObject({ code: 'store_unavailable' })
    server.kill('SIGCONT')
  })
})
