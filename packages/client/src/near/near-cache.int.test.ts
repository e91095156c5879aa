import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createCache } from '../create-cache.ts'
import type { CacheOptions } from '../options.ts'
import { type Installation, startInstallation } from '../testing/installation.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
})
afterAll(() => installation?.stop())

const setUp = (options: CacheOptions = {}) => {
  const cache = createCache({ url: installation.urls, apiKey: installation.apiKey, near: true, ...options })
  onTestFinished(() => cache.close())
  return cache
}
let names = 0
const fresh = (namespace = 'users') => `${namespace}:${++names}`
const sourceOf = async (cache: ReturnType<typeof setUp>, key: string) => {
  const result = await cache.read(key)
  return result.found ? result.source : result.reason
}
const becomesNear = (cache: ReturnType<typeof setUp>, key: string) =>
  expect.poll(() => sourceOf(cache, key)).toBe('near')

describe('the near cache', () => {
  test('is off unless it was asked for', async () => {
    const [cache, key] = [setUp({ near: false }), fresh()]
    await cache.set(key, 1)
    for (let i = 0; i < 5; i++) expect(await sourceOf(cache, key)).not.toBe('near')
  })

  test('serves what was read before, says so, and gives everybody a value of its own', async () => {
    const [cache, key] = [setUp(), fresh()]
    await cache.set(key, { list: [1] }, { ttlMs: 60_000, tags: ['t'] })
    await becomesNear(cache, key)
    const one = await cache.get<{ list: number[] }>(key)
    one?.list.push(2)
    expect(await cache.read(key)).toMatchObject({ value: { list: [1] }, source: 'near', stale: null, tags: ['t'] })
    expect(await cache.mget([key])).toEqual(new Map([[key, { list: [1] }]]))
    expect((await cache.readMany([key])).get(key)).toMatchObject({ source: 'near' })
    expect(await cache.readOrLoad(key, () => 'never')).toMatchObject({ source: 'near', stored: true })
    expect(await cache.read(key, { near: false })).toMatchObject({ found: true, source: /l1|l2|peer/ })
  })

  test('keeps also what was cached long before this process came', async () => {
    const key = fresh()
    await setUp({ near: false }).set(key, 'old')
    await setUp({ near: false }).invalidate({ keys: ['others:1'] })
    await becomesNear(setUp(), key)
  })

  test.each([
    ['its key', (key: string) => ({ keys: [key] }), {}],
    ['a tag', () => ({ tags: ['brand'] }), {}],
    ['a tag that holds a space, which answers do not name', () => ({ tags: ['a brand'] }), {}],
    ['a pattern', (key: string) => ({ patterns: [`${key.slice(0, -1)}*`] }), {}],
    ['its namespace', () => ({ namespace: 'users' }), {}],
    ['all', () => ({ all: true as const }), {}],
    ['a soft invalidation', (key: string) => ({ keys: [key] }), { mode: 'soft' as const }],
  ])('lets go within a second of what another client invalidates by %s', async (_, targetOf, options) => {
    const [cache, key] = [setUp(), fresh()]
    const tags = ['brand', 'a brand'].slice(_.includes('space') ? 1 : 0).slice(0, 1)
    await cache.set(key, 1, { tags })
    await becomesNear(cache, key)
    await setUp({ near: false }).invalidate(targetOf(key), options)
    await sleep(1_000)
    const read = await cache.read(key)
    expect(read.found ? read.stale : read.reason).toBe('mode' in options ? 'revalidating' : 'miss')
  })

  test('is told at once of what this client changes itself', async () => {
    const [cache, key] = [setUp(), fresh()]
    for (let n = 0; n < 20; n++) {
      await cache.set(key, n, { ttlMs: 60_000 })
      expect(await cache.session((await cache.set(key, n)).epoch).get(key)).toBe(n)
      if (n % 5 === 0) await becomesNear(cache, key)
      await cache.invalidate({ keys: [key] })
      expect(await cache.get(key)).toBeUndefined()
    }
  })

  test('serves nothing older than a position that its reader names', async () => {
    const [cache, key] = [setUp(), fresh()]
    await cache.set(key, 1)
    await becomesNear(cache, key)
    const { epoch } = await setUp({ near: false }).set(key, 2)
    // The other client's write may not have come here yet; who has heard of it says so.
    expect(await cache.get(key, { minEpoch: epoch })).toBe(2)
  })

  test('gives up at a value’s end, and keeps no value longer than it may', async () => {
    const [cache, key] = [setUp({ near: { maxTtlMs: 300 } }), fresh()]
    await cache.set(key, 1, { ttlMs: 60_000 })
    await becomesNear(cache, key)
    await sleep(350)
    expect(await sourceOf(cache, key)).not.toBe('near')
    const brief = fresh()
    await cache.set(brief, 1, { ttlMs: 1_500, swrMs: 0 })
    await sleep(1_600)
    expect(await sourceOf(cache, brief)).toBe('miss')
  })

  test('keeps no more than it was given memory for', async () => {
    const cache = setUp({ near: { maxBytes: 10_000 } })
    const keys = Array.from({ length: 20 }, () => fresh())
    for (const key of keys) await cache.set(key, 'x'.repeat(1_000))
    await becomesNear(cache, keys[0] ?? '')
    for (const key of keys) await cache.get(key)
    const sources = await Promise.all(keys.map((key) => sourceOf(cache, key)))
    const near = sources.filter((source) => source === 'near').length
    expect(near).toBeGreaterThan(2)
    expect(near).toBeLessThan(8)
  })

  test('follows nobody any more when it is not used', async () => {
    const asked: string[] = []
    const counting: typeof fetch = (input, init) => {
      asked.push(String(input))
      return fetch(input, init)
    }
    const [cache, key] = [setUp({ fetch: counting }), fresh()]
    await cache.set(key, 1)
    await becomesNear(cache, key)
    const changes = () => asked.filter((url) => url.includes('/api/changes')).length
    await expect
      .poll(
        async () => {
          const before = changes()
          await sleep(1_500)
          return changes() - before
        },
        { timeout: 40_000 },
      )
      .toBe(0)
    await becomesNear(cache, key)
  })

  test('of a credential hears of its own namespaces', async () => {
    const apiKey = await installation.mintKey(['read'], ['users'])
    const key = fresh()
    const other = setUp({ near: false })
    await other.set(key, 1)
    const cache = setUp({ apiKey })
    await becomesNear(cache, key)
    await other.invalidate({ namespace: 'others' })
    await other.invalidate({ keys: [key] })
    await sleep(1_000)
    expect(await cache.get(key)).toBeUndefined()
  })
})
