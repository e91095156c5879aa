import type { SweepAction } from '@freshet/core/coherence/sweep-action'
import { encodeEntry, STAMP_OFFSET } from '@freshet/core/entries/entry-codec'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { L2Sweep, type SweptEntry } from './l2-sweep.ts'
import { entryOf, l2Server, NOW_MS, names } from './testing/l2-world.ts'

async function setUp() {
  const world = await l2Server('a')
  const sweep = new L2Sweep(world.redis, 1_000)
  return {
    ...world,
    sweep,
    /** What is read of a key, as a sweep reads it. */
    async held(key: string): Promise<SweptEntry> {
      const found = (await sweep.readPage(null)).entries.find((entry) => entry.key === key)
      if (!found) throw new Error(`no ${key}`)
      return found
    },
    bytes: (key: string) => world.redis.getBuffer(redisKeys.entry(key)),
  }
}

const stamp = (epoch: number, freshUntilMs = NOW_MS + 60_000): SweepAction => ({
  act: 'stamp',
  stamp: epoch,
  freshUntilMs,
})

describe('reading', () => {
  it('brings heads and no bodies, page by page', async () => {
    const { put, sweep } = await setUp()
    const entry = entryOf(7, ['t'], 'b'.repeat(10_000))
    await put(names('k', 1_500), entry)
    expect(await sweep.countEntries()).toBe(1_500)
    const keys: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof sweep.readPage>> = await sweep.readPage(cursor)
      for (const one of page.entries) {
        expect(one).toMatchObject({ bodyBytes: 10_000, entry: { ...entry, body: Buffer.alloc(0) } })
        expect(one.head.length).toBeLessThan(200)
        keys.push(one.key)
      }
      cursor = page.cursor
    } while (cursor !== null)
    expect(keys.sort()).toEqual(names('k', 1_500).sort())
  })

  it('begins at the beginning with what is no cursor', async () => {
    const { put, sweep } = await setUp()
    await put(names('k', 10))
    const negative = '{"layout":"only","master":"only","run":"x","scan":"-1"}'
    for (const cursor of ['', '{}', 'null', negative]) expect((await sweep.readPage(cursor)).entries).toHaveLength(10)
  })

  it('brings heads that are longer than most whole', async () => {
    const { put, held } = await setUp()
    const tags = Array.from({ length: 64 }, (_, i) => `${i}`.padStart(128, 't'))
    await put(['k'], entryOf(1, tags))
    expect((await held('k')).entry.tags).toEqual(tags)
  })

  it('leaves out what it cannot read, and leaves it alone', async () => {
    const { redis, put, sweep } = await setUp()
    await put(['mine'])
    const other = encodeEntry(entryOf())
    other[0] = 99
    await redis.set(redisKeys.entry('newer'), other)
    await redis.set(redisKeys.entry('foreign'), 'x')
    expect((await sweep.readPage(null)).entries.map(({ key }) => key)).toEqual(['mine'])
    expect(await redis.exists(redisKeys.entry('newer'), redisKeys.entry('foreign'))).toBe(2)
  })
})

describe('an entry', () => {
  it('is stamped in place: value, version and time to live stay', async () => {
    const { put, held, sweep, tier, redis } = await setUp()
    await put(['k'], entryOf(7, ['t'], 'body'))
    const ttlMs = await redis.pttl(redisKeys.entry('k'))
    await sweep.apply([{ held: await held('k'), action: stamp(2 ** 40 + 3, NOW_MS - 5) }])
    const found = await tier.get('k')
    if (found.state !== 'hit') throw new Error(found.state)
    expect(found.entry).toEqual({ ...entryOf(7, ['t'], 'body'), stamp: 2 ** 40 + 3, freshUntilMs: NOW_MS - 5 })
    const left = await redis.pttl(redisKeys.entry('k'))
    expect(left).toBeGreaterThan(ttlMs - 5_000)
    expect(left).toBeLessThanOrEqual(ttlMs)
  })

  it('is removed, or kept as it is', async () => {
    const { put, held, sweep, bytes } = await setUp()
    await put(['dead', 'kept'])
    const before = await bytes('kept')
    await sweep.apply([
      { held: await held('dead'), action: { act: 'remove' } },
      { held: await held('kept'), action: { act: 'keep' } },
    ])
    expect(await bytes('dead')).toBeNull()
    expect(await bytes('kept')).toEqual(before)
  })

  it.each([
    ['was written anew', entryOf(8)],
    // Another load at the same epoch: its tags were never judged.
    ['is another value of the same version, with other tags', entryOf(7, ['other'])],
    ['is another value of the same version and the same tags', entryOf(7, ['t'], 'another')],
  ])('that %s since it was read is left alone', async (_name, later) => {
    for (const action of [stamp(100), { act: 'remove' } as const]) {
      const { put, held, sweep, bytes } = await setUp()
      await put(['k'], entryOf(7, ['t']))
      const seen = await held('k')
      await put(['k'], later)
      const before = await bytes('k')
      await sweep.apply([{ held: seen, action }])
      expect(await bytes('k')).toEqual(before)
    }
  })

  it('that another sweep has stamped since it was read is left alone: the later stamp says more', async () => {
    const { put, held, sweep, bytes } = await setUp()
    await put(['k'])
    const seen = await held('k')
    await sweep.apply([{ held: seen, action: stamp(200) }])
    await sweep.apply([{ held: seen, action: stamp(100) }])
    expect((await bytes('k'))?.readBigUInt64BE(STAMP_OFFSET)).toBe(200n)
  })

  it('that has gone since it was read is not brought back as a stump without an end', async () => {
    const { put, held, sweep, redis } = await setUp()
    await put(['k'])
    const seen = await held('k')
    await redis.del(redisKeys.entry('k'))
    await sweep.apply([
      { held: seen, action: stamp(100) },
      { held: seen, action: { act: 'remove' } },
    ])
    expect(await redis.exists(redisKeys.entry('k'))).toBe(0)
  })

  it('that is stamped can be filled, removed and found as before', async () => {
    const { put, held, sweep, tier } = await setUp()
    await put(['k'], entryOf(7))
    await sweep.apply([{ held: await held('k'), action: stamp(100) }])
    const put1 = (entry: ReturnType<typeof entryOf>) => tier.put('k', entry, { compressAboveBytes: 0, nowMs: NOW_MS })
    // A stamp is no version: what was loaded later wins whatever the stamp says, what was loaded earlier does not.
    expect(await put1(entryOf(6))).toBe(false)
    expect(await put1(entryOf(8, [], 'later'))).toBe(true)
    await sweep.apply([{ held: await held('k'), action: stamp(100) }])
    await tier.remove(['k'], { generation: entryOf().version.generation, epoch: 8 })
    expect((await tier.get('k')).state).toBe('hit')
    await tier.remove(['k'], { generation: entryOf().version.generation, epoch: 9 })
    expect((await tier.get('k')).state).toBe('miss')
  })
})

it('fills and sweeps at once end in whole records that lost no write', async () => {
  const { put, sweep, tier } = await setUp()
  const keys = names('k', 50)
  await put(keys)
  const ROUNDS = 30
  const fills = (async () => {
    for (let epoch = 2; epoch <= ROUNDS; epoch++) await put(keys, entryOf(epoch, [`t${epoch}`], `body ${epoch}`))
  })()
  let swept = 0
  const sweeps = [1, 2].map(async () => {
    while (swept < ROUNDS * 2) {
      swept++
      const { entries } = await sweep.readPage(null)
      await sweep.apply(entries.map((held) => ({ held, action: stamp(1_000 + held.entry.version.epoch) })))
    }
  })
  await Promise.all([fills, ...sweeps])
  const found = await tier.getMany(keys)
  for (const one of found) {
    if (one.state !== 'hit') throw new Error(one.state)
    const { version, tags, body, stamp: stampOf } = one.entry
    // The last write stands, and a stamp that was meant for another is not on it.
    expect([version.epoch, tags, body.toString()]).toEqual([ROUNDS, [`t${ROUNDS}`], `body ${ROUNDS}`])
    expect([ROUNDS, 1_000 + ROUNDS]).toContain(stampOf)
  }
})

it('says so when L2 cannot be reached', async () => {
  const { put, held, sweep, server } = await setUp()
  await put(['k'])
  const seen = await held('k')
  server.kill('SIGKILL')
  await expect.poll(() => sweep.readPage(null).catch(({ code }) => code), { timeout: 10_000 }).toBe('store_unavailable')
  await expect(sweep.countEntries()).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(sweep.apply([{ held: seen, action: stamp(1) }])).rejects.toMatchObject({ code: 'store_unavailable' })
})
