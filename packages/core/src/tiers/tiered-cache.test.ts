import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { createCacheWorld, tell, turns } from '../testing/cache-world.ts'

describe('the read story', () => {
  it('loads once, then answers from L1', async () => {
    const { cache, origin } = createCacheWorld()
    origin.rows.set('k', 'one')
    expect(tell(await cache.read('k'))).toBe('one from origin (absent)')
    expect(tell(await cache.read('k'))).toBe('one from l1')
    expect(origin.calls).toEqual([['k']])
  })

  it('finds in L2 what another node loaded', async () => {
    const one = createCacheWorld()
    const other = createCacheWorld({}, one)
    one.origin.rows.set('k', 'one')
    await one.cache.read('k')
    expect(tell(await other.cache.read('k'))).toBe('one from l2')
    expect(tell(await other.cache.read('k'))).toBe('one from l1')
    expect(one.origin.calls).toHaveLength(1)
  })

  it('remembers that the origin has no such key, for as long as the policy says', async () => {
    const { cache, origin, clock } = createCacheWorld()
    expect(tell(await cache.read('k'))).toBe('absent from origin (absent)')
    expect(tell(await cache.read('k'))).toBe('absent from l1')
    origin.rows.set('k', 'now there')
    clock.advance(200)
    expect(tell(await cache.read('k'))).toBe('now there from origin (expired)')
  })

  it('is a plain miss where there is no origin', async () => {
    const { cache } = createCacheWorld({ origin: null })
    expect(tell(await cache.read('k'))).toBe('miss absent')
  })

  it('goes around a second tier that is down', async () => {
    const { cache, origin, l2 } = createCacheWorld()
    l2.down = true
    origin.rows.set('k', 'one')
    expect(tell(await cache.read('k'))).toBe('one from origin (absent)')
    expect(tell(await cache.read('k'))).toBe('one from l1')
  })

  it('hands a no-store value to whoever asked and keeps it nowhere', async () => {
    const { cache, origin, l2, memory } = createCacheWorld()
    origin.rows.set('k', 'secret')
    origin.reply = { noStore: true }
    expect(tell(await cache.read('k'))).toBe('secret from origin (absent)')
    expect([memory.count, l2.held.size]).toEqual([0, 0])
  })

  it('asks the origin anew for "no-cache", and never for "only-if-cached"', async () => {
    const { cache, origin } = createCacheWorld()
    await expect(cache.read('k', 'cached-only')).rejects.toMatchObject({ code: 'not_cached' })
    origin.rows.set('k', 'one')
    await cache.read('k')
    origin.rows.set('k', 'two')
    expect(tell(await cache.read('k', 'cached-only'))).toBe('one from l1')
    expect(tell(await cache.read('k', 'reload'))).toBe('two from origin (bypass)')
    expect(tell(await cache.read('k'))).toBe('two from l1')
  })
})

describe('one load per key', () => {
  it('serves 1,000 concurrent misses with one load', async () => {
    const { cache, origin } = createCacheWorld()
    origin.rows.set('k', 'one')
    origin.hold()
    const reads = Array.from({ length: 1_000 }, () => cache.read('k'))
    await turns()
    origin.release()
    const told = (await Promise.all(reads)).map(tell)
    expect(new Set(told)).toEqual(new Set(['one from origin (absent)', 'one from joined (absent)']))
    expect(origin.calls).toHaveLength(1)
  })

  it('lets a failed load fail for all who waited, and the next reader try again', async () => {
    const { cache, origin } = createCacheWorld()
    origin.error = new AppError('origin_failed', 'no')
    origin.hold()
    const reads = [cache.read('k'), cache.read('k')]
    await turns()
    origin.release()
    for (const result of await Promise.allSettled(reads))
      expect(result).toMatchObject({ reason: { code: 'origin_failed' } })
    origin.error = null
    origin.rows.set('k', 'one')
    expect(tell(await cache.read('k'))).toBe('one from origin (absent)')
  })

  it('gives up on a load that hangs, releases its waiters and lets the next one start', async () => {
    const { cache, origin } = createCacheWorld({
      origin: { ...createCacheWorld().policy.origin, deadlineMs: 15 } as never,
    })
    origin.rows.set('k', 'one')
    origin.hold()
    const results = await Promise.allSettled([cache.read('k'), cache.read('k')])
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'origin_deadline' } })
    expect(cache.loader.inFlight).toBe(0)
    origin.release()
    expect(tell(await cache.read('k'))).toBe('one from origin (absent)')
  })
})

describe('an invalidation while a load runs', () => {
  it('is not outlived by the value that the load read before it', async () => {
    const { cache, origin, writer, memory, l2 } = createCacheWorld()
    origin.rows.set('k', 'old')
    origin.hold()
    const read = cache.read('k')
    await turns()
    origin.rows.set('k', 'new')
    await writer.remove(['k'])
    origin.release()
    expect(tell(await read)).toBe('old from origin (absent)')
    expect([memory.count, l2.held.size]).toEqual([0, 0])
    expect(tell(await cache.read('k'))).toBe('new from origin (absent)')
  })

  it('is not answered with that value to those who asked after it: they take the next load (joinCheck)', async () => {
    const { cache, origin, writer } = createCacheWorld()
    origin.rows.set('k', 'old')
    origin.hold()
    const before = cache.read('k')
    await turns()
    origin.rows.set('k', 'new')
    await writer.remove(['k'])
    const after = Array.from({ length: 50 }, () => cache.read('k'))
    await turns()
    origin.release()
    expect(tell(await before)).toMatch(/^old/)
    for (const result of await Promise.all(after)) expect(tell(result)).toMatch(/^new/)
    expect(origin.calls).toHaveLength(2)
  })

  it('on another node kills the value in L2 and in every L1 that follows the log', async () => {
    const one = createCacheWorld()
    const other = createCacheWorld({}, one)
    one.origin.rows.set('k', 'old')
    await one.cache.read('k')
    await other.cache.read('k')
    // The other node's L2 delete never arrives: only the log counts.
    const kept = one.l2.held.get('k')
    one.origin.rows.set('k', 'new')
    await one.writer.remove(['k'])
    if (kept) one.l2.held.set('k', kept)
    other.sync()
    expect(tell(await other.cache.read('k'))).toBe('new from origin (invalidated)')
  })
})

it('finds what another node was given for a value that is stale here, where no origin would say', async () => {
  const one = createCacheWorld({ origin: null })
  const other = createCacheWorld({ origin: null }, one)
  const value = { contentType: '', etag: null, tags: [], ttlMs: null, swrMs: null, sieMs: null }
  await one.writer.put('k', { ...value, body: Buffer.from('old') })
  other.sync()
  await other.cache.read('k')
  const { generation, epoch } = await one.log.append({ kind: 'keys', keys: ['k'], mode: 'soft' })
  one.sync()
  other.sync()
  one.clock.advance(1)
  await one.writer.fill('k', { ...value, body: Buffer.from('new') }, { generation, epoch })
  expect(tell(await other.cache.read('k'))).toBe('old from l1 stale:revalidating')
  await turns()
  expect(tell(await other.cache.read('k'))).toBe('new from l1')
})
