import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { createCacheWorld, tell, turns } from '../testing/cache-world.ts'

describe('many keys', () => {
  it('come from L1, from L2 and from one batch request, each in its place', async () => {
    const one = createCacheWorld()
    const other = createCacheWorld({}, one)
    for (const key of ['a', 'b', 'c', 'd']) one.origin.rows.set(key, key.toUpperCase())
    await one.cache.read('a')
    await other.cache.read('b')
    one.origin.calls.length = 0
    const results = await one.cache.readMany(['d', 'a', 'b', 'nope', 'c', 'a'])
    expect(results.map((result) => (result instanceof AppError ? result.code : tell(result)))).toEqual([
      'D from origin (absent)',
      'A from l1',
      'B from l2',
      'absent from origin (absent)',
      'C from origin (absent)',
      'A from l1',
    ])
    expect(one.origin.calls).toEqual([['d', 'nope', 'c']])
  })

  it('are read once each, however often they were asked for', async () => {
    const { cache, origin } = createCacheWorld()
    origin.rows.set('a', 'A')
    origin.rows.set('b', 'B')
    const results = await cache.readMany(['a', 'a', 'b', 'a'])
    expect(results.map((result) => (result instanceof AppError ? result.code : tell(result)))).toEqual([
      'A from origin (absent)',
      'A from origin (absent)',
      'B from origin (absent)',
      'A from origin (absent)',
    ])
    expect(origin.calls).toEqual([['a', 'b']])
  })

  it('do not hand the answer of a batch to who asked after an invalidation that came while it ran', async () => {
    const { cache, origin, writer } = createCacheWorld()
    origin.rows.set('a', 'old')
    origin.hold()
    const before = cache.readMany(['a', 'b', 'a'])
    await turns()
    origin.rows.set('a', 'new')
    await writer.remove(['a'])
    const after = cache.read('a')
    await turns()
    origin.release()
    await before
    expect(tell(await after)).toMatch(/^new/)
  })

  it('are not asked of the origin when another load has brought them while the second tier was asked', async () => {
    const { cache, origin, l2 } = createCacheWorld()
    for (const key of ['a', 'b', 'c']) origin.rows.set(key, key)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    l2.getMany = async (keys) => {
      await held
      return keys.map(() => ({ state: 'miss' }))
    }
    const many = cache.readMany(['a', 'b', 'c'])
    await cache.read('b')
    letGo()
    expect((await many).map((result) => (result instanceof AppError ? result.code : tell(result)))).toEqual([
      'a from origin (absent)',
      'b from l1',
      'c from origin (absent)',
    ])
    expect(origin.calls).toEqual([['b'], ['a', 'c']])
  })

  it('fail one by one', async () => {
    const { cache, origin } = createCacheWorld()
    origin.rows.set('a', 'A')
    await cache.read('a')
    origin.error = new AppError('origin_failed', 'no')
    const results = await cache.readMany(['a', 'b'])
    expect(results.map((result) => (result instanceof AppError ? result.code : tell(result)))).toEqual([
      'A from l1',
      'origin_failed',
    ])
  })
})
