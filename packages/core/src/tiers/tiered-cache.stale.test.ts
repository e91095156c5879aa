import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { createCacheWorld, LEASE_MS, tell, turns } from '../testing/cache-world.ts'

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
