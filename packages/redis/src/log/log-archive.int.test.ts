import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { keys, logWorld, until } from '../testing/log-world.ts'
import type { LogArchive, UnarchivedGeneration } from './log-archive.ts'

async function setUp(options: Parameters<typeof logWorld>[0] = {}) {
  const world = await logWorld(options)
  const { generation } = await world.log.poll(null, 0)
  const append = async (...names: string[]) => {
    for (const name of names) await until(() => world.log.append(keys(name)))
  }
  return { ...world, generation, append, current: { generation, tail: 0, ended: false } }
}

/** As the worker does it, with a page of three. Resolves to the epochs it was given, and what it was told is missing. */
async function archiveAll(archive: LogArchive, unarchived: UnarchivedGeneration, from = 0) {
  const epochs: number[] = []
  const lost: [number, number][] = []
  let after = from
  for (;;) {
    const page = await archive.read(unarchived, after, 3)
    if (page === null) return { epochs, lost, after, finished: false }
    for (const next of [...page.records.map(({ epoch }) => epoch), page.upTo + 1]) {
      if (next > after + 1) lost.push([after + 1, next - 1])
      after = Math.max(after, Math.min(next, page.upTo))
    }
    epochs.push(...page.records.map(({ epoch }) => epoch))
    const finished = await archive.confirm({ generation: unarchived.generation, epoch: after })
    if (page.records.length === 0) return { epochs, lost, after, finished }
  }
}

describe('the current generation', () => {
  it('is read page by page, with the moment of each append on Redis’s clock', async () => {
    const { archive, append, current, redis, generation } = await setUp()
    await append('a', 'b', 'c', 'd')
    const page = await archive.read(current, 1, 2)
    expect(page).toMatchObject({ generation, after: 1, upTo: 3 })
    expect(page?.records.map(({ epoch, commands }) => [epoch, commands])).toEqual([
      [2, [keys('b')]],
      [3, [keys('c')]],
    ])
    const [seconds] = await redis.time()
    for (const { atMs = 0 } of page?.records ?? []) expect(Math.abs(atMs - Number(seconds) * 1_000)).toBeLessThan(5_000)
    expect(await archiveAll(archive, current)).toEqual({ epochs: [1, 2, 3, 4], lost: [], after: 4, finished: false })
    expect(await archive.generations()).toEqual([{ generation, tail: 4, ended: false }])
  })

  it('tells what was trimmed before it was read', async () => {
    const { archive, append, current, redis } = await setUp()
    await append('a', 'b', 'c', 'd', 'e', 'f')
    const ids = (await redis.xrange(redisKeys.logStream, '-', '+')).map(([id]) => id)
    await redis.xdel(redisKeys.logStream, ...ids.filter((_id, i) => [1, 2, 4, 6].includes(i + 1)))
    expect(await archiveAll(archive, current)).toMatchObject({
      epochs: [3, 5],
      lost: [
        [1, 2],
        [4, 4],
        [6, 6],
      ],
      after: 6,
    })
    await append('g')
    await redis.del(redisKeys.logStream)
    expect(await archiveAll(archive, current, 6)).toMatchObject({ epochs: [], lost: [[7, 7]], after: 7 })
  })

  it('ends at the hard cap with a gap, and not in silence', async () => {
    const { archive, append, current } = await setUp({ maxRecords: 100 })
    await append(...Array.from({ length: 400 }, (_, i) => `k${i}`))
    const { epochs, lost, after } = await archiveAll(archive, current)
    expect(lost).toEqual([[1, (epochs[0] ?? 0) - 1]])
    expect(epochs.length).toBeLessThan(300)
    expect(after).toBe(400)
  })

  it('is null once it has ended, and then to be asked for as such', async () => {
    const { archive, append, current, endGeneration } = await setUp()
    await append('a')
    await endGeneration()
    expect(await archive.read(current, 0, 3)).toBeNull()
    expect((await archive.generations())[0]).toEqual({ ...current, tail: 1, ended: true })
  })
})

describe('a generation that ended', () => {
  it('is archived before the current one, and its stream deleted when all of it is there', async () => {
    const { archive, append, redis, generation, endGeneration } = await setUp()
    await append('a', 'b', 'c', 'd')
    await archive.confirm({ generation, epoch: 2 })
    await endGeneration()
    await append('e')
    const [ended, current] = await archive.generations()
    expect(ended).toEqual({ generation, tail: 4, ended: true })
    expect(current).toMatchObject({ tail: 1, ended: false })
    if (!ended) throw new Error('unreachable')
    expect(await archive.confirm({ generation, epoch: 3 })).toBe(false)
    expect(await redis.exists(redisKeys.logStreamOf(generation))).toBe(1)
    expect(await archiveAll(archive, ended, 2)).toMatchObject({ epochs: [3, 4], lost: [] })
    expect(await redis.exists(redisKeys.logStreamOf(generation))).toBe(0)
    expect(await archive.generations()).toEqual([current])
    expect(await archive.read(ended, 4, 3)).toBeNull()
  })

  it('is not the only one: each comes in the order of its end', async () => {
    const { archive, append, endGeneration, redis } = await setUp()
    for (const name of ['a', 'b', 'c']) {
      await append(name)
      await endGeneration()
    }
    const names = (await archive.generations()).map(({ generation }) => generation)
    expect(new Set(names).size).toBe(4)
    // Ends of one second have no order; make them differ.
    for (const [i, name] of [...names.slice(0, 3)].reverse().entries())
      await redis.hset(redisKeys.logProgress, `ended:${name}`, `1:${1_000 + i}`)
    expect((await archive.generations()).map(({ generation }) => generation)).toEqual([
      ...names.slice(0, 3).reverse(),
      names[3],
    ])
  })

  it.each([
    ['by kill -9 and a restart with all its data', 'crash'],
    ['with the meta hash alone', 'meta'],
  ] as const)('%s keeps its stream and its name', async (_name, how) => {
    const { archive, append, log, redis, generation, crash } = await setUp({ durable: true })
    await append('a', 'b', 'c')
    if (how === 'crash') await crash()
    else await redis.del(redisKeys.logMeta)
    const after = await until(() => log.poll(generation, 3))
    expect(after).toMatchObject({ tail: 0, records: [] })
    expect(after.generation).not.toBe(generation)
    const [ended] = await archive.generations()
    if (!ended) throw new Error('unreachable')
    expect(ended).toEqual({ generation, tail: 3, ended: true })
    expect(await archiveAll(archive, ended)).toMatchObject({ epochs: [1, 2, 3], lost: [] })
    expect((await archive.generations()).map((one) => one.generation)).toEqual([after.generation])
  })

  it('of which nobody knows the name any more gets one, and another each time', async () => {
    const { archive, append, redis } = await setUp()
    for (const name of ['a', 'b']) {
      await append(name)
      await redis.hdel(redisKeys.logProgress, 'generation')
      await redis.del(redisKeys.logMeta)
    }
    const ended = (await archive.generations()).filter((one) => one.ended)
    expect(ended.map(({ tail }) => tail)).toEqual([1, 1])
    expect(new Set(ended.map(({ generation }) => generation)).size).toBe(2)
    for (const { generation } of ended) expect(generation).toMatch(/^[0-9a-f]{16}$/)
  })

  it('whose stream has expired is a gap up to its end', async () => {
    const { archive, append, redis, generation, endGeneration } = await setUp()
    await append('a', 'b', 'c', 'd', 'e')
    await archive.confirm({ generation, epoch: 2 })
    await endGeneration()
    await archive.generations()
    await redis.del(redisKeys.logStreamOf(generation))
    const [ended] = await archive.generations()
    if (!ended) throw new Error('unreachable')
    expect(await archiveAll(archive, ended, 2)).toMatchObject({ epochs: [], lost: [[3, 5]], finished: true })
  })
})

describe('what is archived', () => {
  it('is known for the current generation and for the last that were finished, in bounded space', async () => {
    const { archive, append, redis, endGeneration, generation: first } = await setUp()
    await append('a', 'b')
    expect(await archive.isArchived({ generation: first, epoch: 1 })).toBe(false)
    await archive.confirm({ generation: first, epoch: 1 })
    expect(await archive.isArchived({ generation: first, epoch: 1 })).toBe(true)
    expect(await archive.isArchived({ generation: first, epoch: 2 })).toBe(false)
    for (let i = 0; i < 40; i++) {
      await endGeneration()
      const [ended] = await archive.generations()
      if (!ended) throw new Error('unreachable')
      await archive.confirm({ generation: ended.generation, epoch: ended.tail })
      await append('c')
      if (i === 0) expect(await archive.isArchived({ generation: first, epoch: 2 })).toBe(true)
    }
    expect(await archive.isArchived({ generation: first, epoch: 1 })).toBe(false)
    expect(await redis.hlen(redisKeys.logProgress)).toBeLessThan(40)
  })
})
