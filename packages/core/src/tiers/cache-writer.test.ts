import { describe, expect, it } from 'vitest'
import type { LogCommand } from '../coherence/log-record.ts'
import { createCacheWorld, tell } from '../testing/cache-world.ts'

const value = (text: string) => ({
  body: Buffer.from(text),
  contentType: 'text/plain',
  etag: null,
  tags: [],
  ttlMs: null,
  swrMs: null,
  sieMs: null,
})

/** A node whose log tail runs: what is appended is applied a moment later. */
function following(shared: Parameters<typeof createCacheWorld>[1] = {}) {
  const world = createCacheWorld({ origin: null }, shared)
  world.log.onDoorbell(() => queueMicrotask(world.sync))
  return world
}

describe('a write', () => {
  it('is read back at once, and by a node that follows the log', async () => {
    const one = createCacheWorld({ origin: null })
    const other = createCacheWorld({ origin: null }, one)
    const first = await one.writer.put('k', value('one'))
    expect(first.version).toEqual({ generation: one.log.generation, epoch: 1 })
    expect(tell(await one.cache.read('k'))).toBe('one from l1')
    other.sync()
    expect(tell(await other.cache.read('k'))).toBe('one from l2')
    await one.writer.put('k', value('two'))
    other.sync()
    expect(tell(await other.cache.read('k'))).toBe('two from l2')
  })

  it('survives its own record coming back by the log', async () => {
    const { cache, writer, sync } = createCacheWorld({ origin: null })
    await writer.put('k', value('one'))
    sync()
    expect(tell(await cache.read('k'))).toBe('one from l1')
  })

  it('that was overtaken by a newer one is stored nowhere: the log decides', async () => {
    const { cache, writer, l2, log, memory } = createCacheWorld({ origin: null })
    const put = l2.put.bind(l2)
    // The older write is held up on its way to L2 until the newer one is there.
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    l2.put = async (key, entry, options) => {
      if (entry.body.toString() === 'older') await held
      return put(key, entry, options)
    }
    const older = writer.put('k', value('older'))
    await writer.put('k', value('newer'))
    letGo()
    await older
    expect(log.read(0).tail).toBe(2)
    expect(l2.held.get('k')?.body.toString()).toBe('newer')
    expect(memory.get('k')?.body.toString()).toBe('newer')
    expect(tell(await cache.read('k'))).toBe('newer from l1')
  })

  it('whose value did not reach L2 leaves a miss and never the old value', async () => {
    const { cache, writer, l2 } = createCacheWorld({ origin: null })
    await writer.put('k', value('old'))
    l2.down = true
    await expect(writer.put('k', value('new'))).rejects.toMatchObject({ code: 'store_unavailable' })
    l2.down = false
    expect(tell(await cache.read('k'))).toBe('miss invalidated')
  })

  it('that the log did not take changes nothing', async () => {
    const { cache, writer, log } = createCacheWorld({ origin: null })
    await writer.put('k', value('old'))
    log.down = true
    await expect(writer.put('k', value('new'))).rejects.toThrow('the log is down')
    expect(tell(await cache.read('k'))).toBe('old from l1')
  })

  it('of many values shares one epoch', async () => {
    const { cache, writer } = createCacheWorld({ origin: null })
    const entries = await writer.putMany([
      { key: 'a', ...value('A') },
      { key: 'b', ...value('B') },
    ])
    expect(entries.map((entry) => 'version' in entry && entry.version.epoch)).toEqual([1, 1])
    expect(tell(await cache.read('b'))).toBe('B from l1')
  })
})

it('never appends a record without keys: nodes could not read it and would drop everything', async () => {
  const { writer, log } = createCacheWorld()
  expect(await writer.putMany([])).toEqual([])
  await expect(writer.remove([])).rejects.toThrow(RangeError)
  expect(log.read(0).tail).toBe(0)
})

describe('preconditions', () => {
  const any = { ifMatch: null, ifNoneMatch: '*' as const }

  it('If-None-Match: * writes where there is nothing alive, a dead value included', async () => {
    const { writer, l2 } = following()
    await writer.put('k', value('one'), any)
    await expect(writer.put('k', value('two'), any)).rejects.toMatchObject({ code: 'precondition_failed' })
    const dead = l2.held.get('k')
    await writer.remove(['k'])
    if (dead) l2.held.set('k', dead)
    await writer.put('k', value('three'), any)
    expect(l2.held.get('k')?.body.toString()).toBe('three')
  })

  it('If-Match wants the stored entity tag', async () => {
    const { writer } = following()
    const { etag } = await writer.put('k', value('one'))
    await expect(writer.put('k', value('two'), { ifMatch: ['"other"'], ifNoneMatch: null })).rejects.toMatchObject({
      code: 'precondition_failed',
      facts: { field: 'If-Match' },
    })
    await writer.put('k', value('two'), { ifMatch: ['"other"', etag], ifNoneMatch: null })
    await expect(writer.put('k', value('three'), { ifMatch: [etag], ifNoneMatch: null })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
  })

  it('let one of two concurrent writers win, and the loser does not take the value of the winner with it', async () => {
    const { writer, cache } = following()
    const results = await Promise.allSettled([writer.put('k', value('a'), any), writer.put('k', value('b'), any)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(tell(await cache.read('k'))).toBe('a from l1')
  })

  it('fail when another node has changed the key in the log, though L2 has not heard of it', async () => {
    const { writer, log, l2 } = following()
    const { etag } = await writer.put('k', value('one'))
    const append = log.append.bind(log)
    log.append = async (command) => {
      await append({ kind: 'keys', keys: ['k'] })
      return append(command)
    }
    const held = l2.held.get('k')
    await expect(writer.put('k', value('two'), { ifMatch: [etag], ifNoneMatch: null })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    expect(l2.held.get('k')).toBe(held)
  })

  it('are not disturbed by a removal where there was nothing, and are by a write', async () => {
    const { writer, log } = following()
    const append = log.append.bind(log)
    const before = (kind: 'keys' | 'put') => {
      log.append = async (command) => {
        await append({ kind, keys: ['k'] })
        return append(command)
      }
    }
    before('put')
    await expect(writer.put('k', value('one'), any)).rejects.toMatchObject({ code: 'precondition_failed' })
    before('keys')
    await writer.put('k', value('one'), any)
  })

  it('cannot be judged by a node that does not follow the log', async () => {
    const { writer, l2 } = createCacheWorld({ origin: null })
    await expect(writer.put('k', value('one'), any)).rejects.toMatchObject({ code: 'log_unavailable' })
    expect(l2.held.size).toBe(0)
  })
})

it('amends lifetimes and tags and keeps the body', async () => {
  const { writer, cache } = following()
  await writer.put('k', value('one'))
  await writer.amend('k', (entry) => ({ ...entry, tags: ['t'], ttlMs: 9_000, swrMs: 0, sieMs: 0 }))
  const result = await cache.read('k')
  expect(result).toMatchObject({ kind: 'found', entry: { tags: ['t'], body: Buffer.from('one') } })
  await expect(writer.amend('gone', (entry) => ({ ...entry, ttlMs: 1, swrMs: 1, sieMs: 1 }))).rejects.toMatchObject({
    code: 'miss',
  })
})

it('a delete that is the first to hear of a new generation is not undone by what the second tier still holds', async () => {
  const { cache, writer, l2, log, sync } = createCacheWorld({ origin: null })
  await writer.put('k', value('deleted'))
  // Redis was replaced, and the connection for appends is back before those for polls and for the second tier.
  log.beginGeneration('0000000000000002')
  l2.down = true
  await writer.remove(['k'])
  l2.down = false
  expect(tell(await cache.read('k'))).toBe('miss degraded')
  sync()
  expect(tell(await cache.read('k'))).toBe('miss invalidated')
})

it('does not amend what another node has invalidated, though its delete never reached the second tier', async () => {
  const one = createCacheWorld()
  const other = createCacheWorld({}, one)
  other.log.onDoorbell(() => queueMicrotask(other.sync))
  one.origin.rows.set('k', 'old')
  await one.cache.read('k')
  const kept = one.l2.held.get('k')
  one.origin.rows.set('k', 'new')
  one.log.onDoorbell(() => {
    // Between the other's look at L2 and its append.
    if (kept) one.l2.held.set('k', kept)
  })
  const append = one.log.append.bind(one.log)
  one.log.append = async (command) => {
    await append({ kind: 'keys', keys: ['k'] })
    return append(command)
  }
  await expect(
    other.writer.amend('k', (entry) => ({ ...entry, ttlMs: 9_000, swrMs: 0, sieMs: 0 })),
  ).rejects.toMatchObject({
    code: 'precondition_failed',
  })
  expect(tell(await other.cache.read('k'))).toMatch(/^new/)
})

describe('a fill by the holder of a lease', () => {
  const fenced = { code: 'fenced' }

  it('is stored under the version of the lease, and appends nothing', async () => {
    const { cache, writer, log, follower } = createCacheWorld({ origin: null })
    const lease = follower.version()
    if (lease === null) throw new Error('unreachable: the world is synced')
    const entry = await writer.fill('k', value('one'), lease)
    expect(entry.version).toEqual(lease)
    expect(log.read(0).tail).toBe(0)
    expect(tell(await cache.read('k'))).toBe('one from l1')
  })

  it.each<[string, LogCommand]>([
    ['its key', { kind: 'keys', keys: ['k'] }],
    ['a tag that the value turns out to carry', { kind: 'tags', tags: ['t'], reach: '*' }],
    ['a pattern', { kind: 'patterns', patterns: ['?'], reach: '*' }],
    ['its key, softly', { kind: 'keys', keys: ['k'], mode: 'soft' }],
  ])('loses to an invalidation of %s that came since', async (_what, command) => {
    const { cache, writer, log, follower, sync } = createCacheWorld({ origin: null })
    const lease = follower.version()
    if (lease === null) throw new Error('unreachable: the world is synced')
    await log.append(command)
    sync()
    await expect(writer.fill('k', { ...value('old'), tags: ['t'] }, lease)).rejects.toMatchObject(fenced)
    expect(tell(await cache.read('k'))).toBe('miss absent')
  })

  it('loses to a write that came since, and leaves it where it is', async () => {
    const { cache, writer, follower } = createCacheWorld({ origin: null })
    const lease = follower.version()
    if (lease === null) throw new Error('unreachable: the world is synced')
    await writer.put('k', value('written'))
    await expect(writer.fill('k', value('old'), lease)).rejects.toMatchObject(fenced)
    expect(tell(await cache.read('k'))).toBe('written from l1')
  })

  it('that another node could still take is judged by who reads it: nobody is told an old value', async () => {
    const one = createCacheWorld({ origin: null })
    const other = createCacheWorld({ origin: null }, one)
    const lease = other.follower.version()
    if (lease === null) throw new Error('unreachable: the world is synced')
    await one.writer.remove(['k'])
    // It has not heard of the removal, so it believes that the fill stands.
    await other.writer.fill('k', value('old'), lease)
    other.sync()
    for (const { cache } of [one, other]) expect(tell(await cache.read('k'))).toMatch(/^miss/)
  })
})

it('does not make a softly invalidated body fresh again by changing its lifetime', async () => {
  const { writer, log, sync } = createCacheWorld({ origin: null })
  await writer.put('k', value('one'))
  await log.append({ kind: 'keys', keys: ['k'], mode: 'soft' })
  sync()
  await expect(writer.amend('k', (entry) => ({ ...entry, ttlMs: 1, swrMs: 1, sieMs: 1 }))).rejects.toMatchObject({
    code: 'miss',
  })
})

it('nor when a sweep has come by and its deadlines alone tell that it was softened', async () => {
  const { writer, l2, log, sync } = createCacheWorld({ origin: null })
  const entry = await writer.put('k', value('one'))
  await log.append({ kind: 'keys', keys: ['k'], mode: 'soft' })
  sync()
  l2.held.set('k', { ...entry, stamp: 2, freshUntilMs: entry.storedAtMs })
  await expect(writer.amend('k', (held) => ({ ...held, ttlMs: 1, swrMs: 1, sieMs: 1 }))).rejects.toMatchObject({
    code: 'miss',
  })
})
