import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { createCacheWorld, LEASE_MS, tell } from '../testing/cache-world.ts'

const turns = async (count = 20) => {
  for (let i = 0; i < count; i++) await Promise.resolve()
}

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

describe('past the TTL', () => {
  async function loaded(policy = {}) {
    const world = createCacheWorld(policy)
    world.origin.rows.set('k', 'one')
    await world.cache.read('k')
    world.origin.rows.set('k', 'two')
    return world
  }

  it('serves stale while one refresh runs, then the new value', async () => {
    const { cache, clock, origin } = await loaded()
    clock.advance(1_100)
    const told = await Promise.all([1, 2, 3].map(() => cache.read('k').then(tell)))
    expect(told).toEqual(Array(3).fill('one from l1 stale:revalidating'))
    await turns()
    expect(tell(await cache.read('k'))).toBe('two from l1')
    expect(origin.calls).toHaveLength(2)
  })

  it('starts no refresh for who wants only what is cached', async () => {
    const { cache, clock, origin } = await loaded({ refreshAheadRatio: 0.5 })
    clock.advance(900)
    expect(tell(await cache.read('k', 'cached-only'))).toBe('one from l1')
    clock.advance(200)
    expect(tell(await cache.read('k', 'cached-only'))).toBe('one from l1 stale:revalidating')
    await turns()
    expect(origin.calls).toHaveLength(1)
  })

  it('takes the refresh that another node has put into L2 instead of asking the origin again', async () => {
    const one = await loaded()
    const other = createCacheWorld({}, one)
    await other.cache.read('k')
    one.clock.advance(1_100)
    await one.cache.read('k')
    await turns()
    one.sync()
    other.sync()
    await other.cache.read('k')
    await turns()
    expect(tell(await other.cache.read('k'))).toBe('two from l1')
    expect(one.origin.calls).toHaveLength(2)
  })

  it('loads anew after the stale window, and falls back on the old value only when the origin fails', async () => {
    const { cache, clock, sync, origin } = await loaded()
    clock.advance(1_600)
    sync()
    origin.error = new AppError('origin_failed', 'no')
    expect(tell(await cache.read('k'))).toBe('one from l1 stale:origin-error (expired)')
    origin.error = null
    expect(tell(await cache.read('k'))).toBe('two from origin (expired)')
  })

  it('falls back on the old value when the origin is slower than the soft timeout, and keeps what comes later', async () => {
    const { cache, clock, sync, origin } = await loaded()
    clock.advance(1_600)
    sync()
    origin.hold()
    expect(tell(await cache.read('k'))).toBe('one from l1 stale:origin-slow (expired)')
    origin.release()
    await turns()
    expect(tell(await cache.read('k'))).toBe('two from l1')
  })

  it('says where the value was found that stands in for a failed load, and whose load it waited for', async () => {
    const one = await loaded()
    const other = createCacheWorld({}, one)
    one.clock.advance(1_600)
    one.sync()
    other.sync()
    one.origin.error = new AppError('origin_failed', 'no')
    expect(tell(await other.cache.read('k'))).toBe('one from l2 stale:origin-error (expired)')
    one.origin.error = null
    one.origin.hold()
    const first = one.cache.read('k', 'reload')
    const second = one.cache.read('k')
    await turns()
    one.clock.advance(5_000)
    one.sync()
    // Past its soft timeout, when the old value has expired altogether: it waits for the load of the first.
    await new Promise((resolve) => setTimeout(resolve, 40))
    one.origin.release()
    expect(tell(await first)).toBe('two from origin (bypass)')
    expect(tell(await second)).toBe('two from joined (expired)')
  })

  it('does not excuse an error with a value that was invalidated meanwhile', async () => {
    const { cache, clock, sync, origin, writer } = await loaded()
    clock.advance(1_600)
    sync()
    origin.hold()
    origin.error = new AppError('origin_failed', 'no')
    const read = cache.read('k')
    await turns()
    await writer.remove(['k'])
    origin.release()
    await expect(read).rejects.toMatchObject({ code: 'origin_failed' })
  })

  it('fails when even the error window is over', async () => {
    const { cache, clock, sync, origin } = await loaded()
    clock.advance(6_100)
    sync()
    origin.error = new AppError('origin_unavailable', 'no')
    await expect(cache.read('k')).rejects.toMatchObject({ code: 'origin_unavailable' })
  })

  it('refreshes ahead of expiry where the policy asks for it, without making a reader wait', async () => {
    const { cache, clock, origin } = await loaded({ refreshAheadRatio: 0.2 })
    clock.advance(799)
    expect(cache.peekFresh('k')?.body.toString()).toBe('one')
    await turns()
    expect(origin.calls).toHaveLength(1)
    clock.advance(1)
    expect(cache.peekFresh('k')?.body.toString()).toBe('one')
    await turns()
    expect(cache.peekFresh('k')?.body.toString()).toBe('two')
  })
})

describe('without a lease', () => {
  async function inTheDark(policy = {}) {
    const world = createCacheWorld({ ttlMs: 60_000, ...policy })
    world.origin.rows.set('k', 'one')
    await world.cache.read('k')
    world.origin.rows.set('k', 'two')
    world.clock.advance(LEASE_MS + 1)
    return world
  }

  it('serves L1 marked stale and does not ask the origin, where the policy is "stale"', async () => {
    const { cache, origin } = await inTheDark({ whenDegraded: 'stale' })
    expect(cache.peekFresh('k')).toBeNull()
    expect(tell(await cache.read('k'))).toBe('one from l1 stale:degraded')
    expect(origin.calls).toHaveLength(1)
  })

  it('marks a known absence stale as well: somebody may have written the key since', async () => {
    const { cache, clock } = createCacheWorld({ negativeTtlMs: 60_000 })
    await cache.read('nope')
    expect(tell(await cache.read('nope'))).toBe('absent from l1')
    clock.advance(LEASE_MS + 1)
    expect(tell(await cache.read('nope'))).toBe('absent from l1 stale:degraded')
  })

  it("stops doing so after the policy's limit", async () => {
    const { cache, clock } = await inTheDark({ maxDegradedStaleMs: 10_000 })
    clock.advance(10_001)
    expect(tell(await cache.read('k'))).toBe('two from origin (degraded)')
  })

  it('loads for every reader, where the policy is "bypass"', async () => {
    const { cache } = await inTheDark({ whenDegraded: 'bypass' })
    expect(tell(await cache.read('k'))).toBe('two from origin (degraded)')
  })

  it('refuses with the state, where the policy is "refuse"', async () => {
    const { cache } = await inTheDark({ whenDegraded: 'refuse' })
    await expect(cache.read('k')).rejects.toMatchObject({ code: 'degraded', facts: { state: 'degraded' } })
  })

  it('does not read L2, about which it knows nothing', async () => {
    const one = await inTheDark()
    const other = createCacheWorld({}, one)
    other.clock.advance(LEASE_MS + 1)
    expect(tell(await other.cache.read('k'))).toBe('two from origin (degraded)')
  })

  it('judges what it loaded meanwhile by the log when it is back', async () => {
    const { cache, log, sync, origin } = await inTheDark({ whenDegraded: 'bypass' })
    await cache.read('k')
    await log.append({ kind: 'keys', keys: ['k'] })
    origin.rows.set('k', 'three')
    sync()
    expect(tell(await cache.read('k'))).toBe('three from origin (invalidated)')
  })
})

it('serves values of the generation before marked stale while one refresh per key runs, so that a failover is no stampede', async () => {
  const { cache, log, sync, origin } = createCacheWorld()
  origin.rows.set('k', 'one')
  await cache.read('k')
  log.beginGeneration('0000000000000002')
  sync()
  const told = await Promise.all([cache.read('k').then(tell), cache.read('k').then(tell)])
  expect(told).toEqual(Array(2).fill('one from l1 stale:generation'))
  await turns()
  expect(tell(await cache.read('k'))).toBe('one from l1')
  expect(origin.calls).toHaveLength(2)
})

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
