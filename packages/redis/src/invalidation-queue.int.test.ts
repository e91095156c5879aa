import { CHUNK_KEYS } from '@freshet/core/contracts/job-payloads'
import { parsePayload } from '@freshet/core/contracts/jobs'
import { type Job, UnrecoverableError, Worker } from 'bullmq'
import { expect, it } from 'vitest'
import { connectRedis } from './connection.ts'
import { InvalidationQueue } from './invalidation-queue.ts'
import { jobsWorld } from './testing/jobs-world.ts'

const runOf = (id: string) => ({
  matchers: { keys: ['shop:1'], patterns: ['shop:*'] },
  mode: 'hard' as const,
  reach: '*' as const,
  cause: { id, actor: 'key:1', requestId: 'r' },
})

async function setUp() {
  const world = await jobsWorld('invalidation')
  const invalidations = new InvalidationQueue(world.redis, () => {})
  const done: string[] = []
  const work = (whileAt: (id: string) => Promise<void> = async () => {}, concurrency = 1) =>
    world.work(async ({ name, payload }) => {
      const { cause } =
        name === 'invalidation.run' ? parsePayload(name, payload) : parsePayload('invalidation.bulk-chunk', payload)
      await whileAt(cause.id)
      done.push(cause.id)
    }, concurrency)
  return { ...world, invalidations, done, work }
}

it('what is scheduled is done when its time has come, once, however often it was asked for', async () => {
  const { invalidations, queue, done, work } = await setUp()
  const startedMs = Date.now()
  for (let i = 0; i < 3; i++) await invalidations.schedule(runOf('a'), 300)
  await invalidations.schedule(runOf('later'), 60_000)
  expect(await queue.getDelayedCount()).toBe(2)
  work()
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['a'])
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(300)
})

it('what is debounced is done once it was quiet, as the first that asked', async () => {
  const { invalidations, done, work } = await setUp()
  work()
  const startedMs = Date.now()
  for (let i = 0; i < 5; i++) {
    expect(await invalidations.debounce(runOf(`a${i}`), 2_000, 'same')).toBe('a0')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(await invalidations.debounce(runOf('other'), 2_000, 'another')).toBe('other')
  expect(done).toEqual([])
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['a0', 'other'])
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(2_400)
  // The next one begins a new silence.
  expect(await invalidations.debounce(runOf('b'), 20, 'same')).toBe('b')
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['a0', 'other', 'b'])
})

it('one that comes while its predecessor is being done is done after it, under its own id', async () => {
  const { invalidations, done, work } = await setUp()
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const begun: string[] = []
  work(async (id) => {
    begun.push(id)
    if (id === 'first') await held
  })
  await invalidations.debounce(runOf('first'), 10, 'same')
  await expect.poll(() => begun, { timeout: 10_000 }).toEqual(['first'])
  // The first may be in the log by now, and then it says nothing about this change.
  expect(await invalidations.debounce(runOf('second'), 10, 'same')).toBe('second')
  letGo()
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['first', 'second'])
})

it('none is lost, however debounced requests fall between the runs', { timeout: 30_000 }, async () => {
  const { invalidations, work, queue } = await setUp()
  const startedOf = new Map<string, number>()
  work(async (id) => {
    startedOf.set(id, performance.now())
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  })
  const asked: { id: string; atMs: number }[] = []
  for (let i = 0; i < 120; i++) {
    const atMs = performance.now()
    asked.push({ id: await invalidations.debounce(runOf(`r${i}`), 5, 'same'), atMs })
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
  }
  await expect
    .poll(
      async () =>
        Object.values(await queue.getJobCounts('delayed', 'waiting', 'active', 'prioritized')).every((n) => n === 0),
      {
        timeout: 10_000,
      },
    )
    .toBe(true)
  const runs = [...startedOf.values()]
  // A run that began after the request is what it asked for.
  for (const { atMs } of asked) expect(runs.some((startedMs) => startedMs >= atMs)).toBe(true)
  expect(runs.length).toBeLessThan(120)
})

const chunksOf = (bulkId: string, total: number, keysEach = 1) =>
  Array.from({ length: total }, (_, n) => ({
    bulkId,
    n,
    total,
    keys: Array.from({ length: keysEach }, (_, i) => `shop:${n * keysEach + i}`),
    mode: 'hard' as const,
    cause: { ...runOf(`${bulkId}-${n}`).cause },
  }))

it('a bulk run is chunks with names of their own: to add them again adds none', async () => {
  const { invalidations, queue, done, work } = await setUp()
  const chunks = chunksOf('bulk', 45, CHUNK_KEYS)
  await invalidations.addBulk(chunks.slice(0, 30))
  await invalidations.addBulk(chunks)
  expect((await queue.getJobCounts('prioritized')).prioritized).toBe(45)
  work(undefined, 4)
  await expect.poll(() => done.length, { timeout: 10_000 }).toBe(45)
  expect(new Set(done).size).toBe(45)
  // Their payloads are large; none is kept.
  await expect.poll(() => queue.getCompletedCount(), { timeout: 10_000 }).toBe(0)
})

it('a bulk run tells how many chunks are open, and how many nobody will try again', async () => {
  const { invalidations, queue } = await setUp()
  await invalidations.addBulk([...chunksOf('bulk', 5), ...chunksOf('other', 2)])
  expect(await invalidations.bulkLeft('bulk', 5)).toEqual({ open: 5, dead: 0 })
  const take = async () => (await worker.getNextJob('token')) as Job
  const worker = new Worker('invalidation', null, { connection: queue.opts.connection, prefix: queue.opts.prefix })
  await (await take()).moveToCompleted(null, 'token', false)
  await (await take()).moveToFailed(new UnrecoverableError('of no use'), 'token', false)
  await (await take()).moveToFailed(new Error('again'), 'token', false)
  expect(await invalidations.bulkLeft('bulk', 5)).toEqual({ open: 3, dead: 1 })
  expect(await invalidations.bulkLeft('other', 2)).toEqual({ open: 2, dead: 0 })
  await worker.close()
})

it('single invalidations do not wait behind a bulk run', async () => {
  const { invalidations, done, work } = await setUp()
  await invalidations.addBulk(chunksOf('bulk', 30))
  await invalidations.schedule(runOf('urgent'), 0)
  work()
  await expect.poll(() => done.length, { timeout: 10_000 }).toBe(31)
  expect(done.indexOf('urgent')).toBe(0)
})

it('on a connection for requests, a Redis that is away is told at once', async () => {
  const { server } = await jobsWorld('invalidation')
  const redis = connectRedis({ url: server.url, name: 'node', stallMs: 500, onError: () => {} })
  const invalidations = new InvalidationQueue(redis, () => {})
  await invalidations.schedule(runOf('a'), 60_000)
  server.kill('SIGKILL')
  await expect
    .poll(() => invalidations.schedule(runOf('b'), 60_000).catch(({ code }) => code), { timeout: 2_000 })
    .toBe('log_unavailable')
  await server.restart()
  await expect
    .poll(
      () =>
        invalidations.schedule(runOf('c'), 60_000).then(
          () => 'added',
          () => null,
        ),
      { timeout: 10_000 },
    )
    .toBe('added')
  await invalidations.close()
  redis.disconnect()
})
