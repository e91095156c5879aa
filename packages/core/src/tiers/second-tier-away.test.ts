import { expect, it } from 'vitest'
import { createCacheWorld, tell } from '../testing/cache-world.ts'

const unavailable = { code: 'store_unavailable' }

it('what only L2 could tell is not called a miss while L2 is away', async () => {
  const { l2, cache } = createCacheWorld({ origin: null })
  expect(tell(await cache.read('shop:1'))).toBe('miss absent')
  l2.down = true
  await expect(cache.read('shop:1')).rejects.toMatchObject(unavailable)
  expect(await cache.readMany(['shop:1', 'shop:2'])).toEqual(Array(2).fill(expect.objectContaining(unavailable)))
})

it('nor is it when the origin must not be asked', async () => {
  const { l2, cache } = createCacheWorld()
  l2.down = true
  await expect(cache.read('shop:1', 'cached-only')).rejects.toMatchObject(unavailable)
})

it('with an origin to ask, a read goes on without L2', async () => {
  const { l2, cache, origin } = createCacheWorld()
  l2.down = true
  for (const key of ['shop:1', 'shop:2', 'shop:3']) origin.rows.set(key, key)
  expect(tell(await cache.read('shop:1'))).toBe('shop:1 from origin (absent)')
  const many = await cache.readMany(['shop:1', 'shop:2', 'shop:3'])
  expect(many.map((one) => ('kind' in one ? tell(one) : one.code))).toEqual([
    'shop:1 from l1',
    'shop:2 from origin (absent)',
    'shop:3 from origin (absent)',
  ])
})

it('what memory holds is served whatever L2 does', async () => {
  const { l2, cache, writer } = createCacheWorld({ origin: null })
  const lifetimes = { ttlMs: null, swrMs: null, sieMs: null }
  await writer.put('shop:1', {
    body: Buffer.from('kept'),
    contentType: 'text/plain',
    etag: null,
    tags: [],
    ...lifetimes,
  })
  l2.down = true
  expect(tell(await cache.read('shop:1'))).toBe('kept from l1')
})

it('a node without lease says that it is degraded, not that L2 is away', async () => {
  const { l2, cache, clock } = createCacheWorld({ origin: null })
  l2.down = true
  clock.advance(2_001)
  expect(tell(await cache.read('shop:1'))).toBe('miss degraded')
})
