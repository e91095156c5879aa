import { expect, test } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { LEASE_MS, tell, turns } from '../testing/cache-world.ts'
import { PeerWorld } from '../testing/peer-world.ts'

test('a node that misses asks the owner, which loads; the next to ask is answered from its memory', async () => {
  const { a, c, origin, hops } = new PeerWorld()
  origin.rows.set('k', 'v1')
  expect(tell(await a.cache.read('k'))).toBe('v1 from origin (absent)')
  expect(tell(await c.cache.read('k'))).toBe('v1 from peer')
  expect(hops).toEqual(['a>b k', 'c>b k'])
  expect(origin.calls).toEqual([['k']])
})

test('a thousand readers on every node are one load, and one request from each node', async () => {
  const { a, b, c, origin, hops } = new PeerWorld()
  origin.rows.set('k', 'v1')
  origin.hold()
  const reads = [a, b, c].flatMap((node) => Array.from({ length: 1_000 }, () => node.cache.read('k')))
  await turns()
  origin.release()
  const answers = new Set((await Promise.all(reads)).map((result) => result.kind === 'found' && `${result.entry.body}`))
  expect(answers).toEqual(new Set(['v1']))
  expect(origin.calls).toHaveLength(1)
  expect(hops).toHaveLength(2)
})

test('what another node owns takes no place here, unless it is hot', async () => {
  const cold = new PeerWorld()
  cold.origin.rows.set('k', 'v1')
  await cold.a.cache.read('k')
  expect(cold.a.memory.count).toBe(0)
  const hot = new PeerWorld({}, () => true)
  hot.origin.rows.set('k', 'v1')
  await hot.a.cache.read('k')
  expect(hot.a.memory.guestCount).toBe(1)
  expect(tell(await hot.a.cache.read('k'))).toBe('v1 from l1')
})

test('an owner that cannot be asked costs one more load, whoever asks: all turn to the same next node', async () => {
  const { a, b, c, origin, dead } = new PeerWorld()
  origin.rows.set('k', 'v1')
  dead.add('b')
  const reads = await Promise.all([a.cache.read('k'), c.cache.read('k'), a.cache.read('k')])
  expect(reads.map(tell)).toContain('v1 from origin (absent)')
  expect(origin.calls).toHaveLength(1)
  expect(b.memory.count).toBe(0)
})

test('with nobody left to ask a node sees for itself', async () => {
  const { a, origin, dead } = new PeerWorld()
  origin.rows.set('k', 'v1')
  dead.add('b').add('c')
  expect(tell(await a.cache.read('k'))).toBe('v1 from origin (absent)')
})

test('an answer that the log ended while it travelled is not served (rule fwdCheck)', async () => {
  const world = new PeerWorld()
  const { a, b, origin } = world
  origin.rows.set('k', 'v1')
  await b.cache.read('k')
  world.travel = async () => {
    origin.rows.set('k', 'v2')
    await world.c.writer.remove(['k'])
    world.syncAll()
  }
  expect(tell(await a.cache.read('k'))).toBe('v2 from origin (absent)')
})

test('an answer that arrives after the lease ran out is not called fresh (rule fwdCheck)', async () => {
  const world = new PeerWorld({ whenDegraded: 'bypass' })
  const { a, origin, clock } = world
  origin.rows.set('k', 'v1')
  world.travel = async () => {
    clock.advance(LEASE_MS + 1)
    origin.rows.set('k', 'v2')
  }
  expect(tell(await a.cache.read('k'))).toMatch(/^v2 from origin/)
})

test('two nodes that each take the other for the owner are slow and never wrong', async () => {
  const { a, b, origin, hops, order } = new PeerWorld()
  order.a = ['b', 'a']
  order.b = ['a', 'b']
  origin.rows.set('k', 'v1')
  expect(tell(await a.cache.read('k'))).toMatch(/^v1 from/)
  expect(tell(await b.cache.read('k'))).toMatch(/^v1 from/)
  expect(hops).toEqual(['a>b k'])
})

test('two nodes that each take the other for the owner still refresh what grows stale', async () => {
  const { a, b, origin, order, clock } = new PeerWorld({ ttlMs: 1_000, swrMs: 60_000 })
  order.a = ['b', 'a']
  order.b = ['a', 'b']
  origin.rows.set('k', 'v1')
  await a.cache.read('k')
  await b.cache.read('k')
  origin.rows.set('k', 'v2')
  clock.advance(1_500)
  await a.cache.read('k')
  await turns(50)
  expect(tell(await a.cache.read('k'))).toMatch(/^v2 from/)
})

test('a stale answer of the owner is marked, and the owner alone refreshes it', async () => {
  const { a, origin, clock } = new PeerWorld({ ttlMs: 1_000, swrMs: 60_000 })
  origin.rows.set('k', 'v1')
  await a.cache.read('k')
  origin.rows.set('k', 'v2')
  clock.advance(1_500)
  expect(tell(await a.cache.read('k'))).toBe('v1 from peer stale:revalidating')
  await turns(50)
  expect(origin.calls).toHaveLength(2)
  expect(tell(await a.cache.read('k'))).toBe('v2 from peer')
})

test('a guest that grew stale is made new by its owner', async () => {
  const { a, origin, clock } = new PeerWorld({ ttlMs: 1_000, swrMs: 60_000 }, () => true)
  origin.rows.set('k', 'v1')
  await a.cache.read('k')
  origin.rows.set('k', 'v2')
  clock.advance(1_500)
  expect(tell(await a.cache.read('k'))).toBe('v1 from l1 stale:revalidating')
  await turns(50)
  // The owner was stale too, and refreshed when it was asked.
  await a.cache.read('k')
  await turns(50)
  expect(tell(await a.cache.read('k'))).toBe('v2 from l1')
  expect(origin.calls).toHaveLength(2)
})

test('what the owner says of a failed origin is said on, and nobody else asks the origin', async () => {
  const { a, origin } = new PeerWorld()
  origin.error = new AppError('origin_failed', 'The origin answered 500')
  await expect(a.cache.read('k')).rejects.toMatchObject({ code: 'origin_failed' })
  expect(origin.calls).toHaveLength(1)
})

test('where the owner falls back on an old value because its origin failed, so does the asker, marked', async () => {
  const world = new PeerWorld({ ttlMs: 1_000, swrMs: 0, sieMs: 60_000 })
  const { a, origin, clock } = world
  origin.rows.set('k', 'v1')
  await a.cache.read('k')
  clock.advance(2_000)
  world.syncAll()
  origin.error = new AppError('origin_failed', 'The origin answered 500')
  expect(tell(await a.cache.read('k'))).toMatch(/^v1 from peer stale:origin-error/)
})

test('no-cache is passed on, and loads anew at the owner', async () => {
  const { a, b, origin } = new PeerWorld()
  origin.rows.set('k', 'v1')
  await a.cache.read('k')
  origin.rows.set('k', 'v2')
  expect(tell(await a.cache.read('k', 'reload'))).toBe('v2 from origin (bypass)')
  expect(tell(await b.cache.read('k'))).toBe('v2 from l1')
})

test('a batch asks each owner once and goes on without those who cannot be asked', async () => {
  const { a, origin, hops, dead } = new PeerWorld()
  for (const key of ['k1', 'k2', 'k3']) origin.rows.set(key, key.toUpperCase())
  const body = async () =>
    (await a.cache.readMany(['k1', 'k2', 'k3'])).map((result) =>
      result instanceof AppError ? result.code : tell(result),
    )
  expect(await body()).toEqual(['K1', 'K2', 'K3'].map((value) => `${value} from origin (absent)`))
  expect(hops).toEqual(['a>b k1 k2 k3'])
  expect(origin.calls).toEqual([['k1', 'k2', 'k3']])
  expect(await body()).toEqual(['K1', 'K2', 'K3'].map((value) => `${value} from peer`))
  dead.add('b')
  expect(await body()).toEqual(['K1', 'K2', 'K3'].map((value) => `${value} from peer`))
  expect(hops.slice(-2)).toEqual(['a>b k1 k2 k3', 'a>c k1 k2 k3'])
  expect(origin.calls).toHaveLength(1)
})

test('a node without lease asks nobody: nothing it is told could be called fresh', async () => {
  const { a, origin, hops, clock } = new PeerWorld({ whenDegraded: 'bypass' })
  origin.rows.set('k', 'v1')
  clock.advance(LEASE_MS + 1)
  expect(tell(await a.cache.read('k'))).toMatch(/^v1 from origin/)
  expect(hops).toEqual([])
})

test('an owner that has not heard of the origin yet is not believed that there is nothing', async () => {
  const { a, b, origin } = new PeerWorld()
  origin.rows.set('k', 'v1')
  b.cache.readHere = async () => ({ kind: 'miss', reason: 'absent' })
  expect(tell(await a.cache.read('k'))).toBe('v1 from origin (absent)')
})
