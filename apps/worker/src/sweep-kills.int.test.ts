import { formatVersion } from '@freshet/core/coherence/version'
import { decodeEntry } from '@freshet/core/entries/entry-codec'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { createJobQueue } from '@freshet/redis/job-queues'
import { RedisTier } from '@freshet/redis/l2-tier'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import { LogReader } from '@freshet/redis/log/log-reader'
import type { Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { causeOf } from './testing/accepted.ts'
import { startStack, type WorkerStack } from './testing/worker-stack.ts'

const ENTRIES = 20_000
/** Every so many carries the tag that is invalidated. */
const TAGGED = 4
const ENV = { FRESHET_SWEEP_RATE: '4000', FRESHET_SWEEP_QUIET_MS: '500' }

let stack: WorkerStack
let append: RedisAppendLog
let queue: Queue
beforeEach(async () => {
  stack = await startStack(process.env)
  append = new RedisAppendLog(stack.redis, 100_000)
  queue = createJobQueue('maintenance', stack.redis, () => {})
})
afterEach(async () => {
  await queue.close()
  await stack.stop()
})

async function fillL2(): Promise<void> {
  const { generation } = await new LogReader(stack.redis, 1).readAfter(null, 0)
  const tier = new RedisTier(stack.redis, 1_000_000)
  const nowMs = Date.now()
  for (let from = 0; from < ENTRIES; from += 1_000)
    await Promise.all(
      Array.from({ length: 1_000 }, (_, offset) => {
        const n = from + offset
        const tags = n % TAGGED === 0 ? ['sale'] : ['other']
        const value = { body: Buffer.from(`value ${n}`), contentType: 'text/plain', etag: null, ...HOUR, tags }
        const entry = makeEntry(value, { generation, epoch: 0 }, defaultPolicy(), nowMs)
        return tier.put(`shop:${n}`, entry, { compressAboveBytes: 0, nowMs })
      }),
    )
}
const HOUR = { ttlMs: 3_600_000, swrMs: null, sieMs: null }

const entriesLeft = async () => (await stack.redis.keys(`${redisKeys.entry('')}*`)).length
/** What the log was told: up to where it was swept. */
const sweptTo = async () => {
  const { records } = await new LogReader(stack.redis, 10_000).readAfter(null, 0)
  return records.flatMap(({ commands }) => commands.flatMap((one) => (one.kind === 'swept' ? [one.epoch] : [])))
}
const sweeps = async () =>
  (await queue.getJobs(['active', 'completed', 'delayed', 'waiting', 'failed'])).filter(
    ({ name }) => name === 'l2.sweep',
  )
const seen = async () => (await sweeps())[0]?.data.seen ?? 0

test('a worker killed in the middle of a sweep: the next goes on where it was, and all is looked at once', {
  timeout: 120_000,
}, async () => {
  await fillL2()
  const first = await stack.startWorker(ENV)
  const version = await append.append({ kind: 'tags', tags: ['sale'], reach: '*', cause: causeOf('sale is over') })
  await expect.poll(seen, { timeout: 30_000, interval: 20 }).toBeGreaterThan(ENTRIES / 5)
  await first.kill()
  const atDeath = await seen()
  expect(atDeath).toBeLessThan(ENTRIES)
  expect(await sweptTo()).toEqual([])

  const second = await stack.startWorker(ENV)
  await expect.poll(sweptTo, { timeout: 60_000, interval: 100 }).toEqual([version.epoch])
  expect(await entriesLeft()).toBe(ENTRIES - ENTRIES / TAGGED)
  const [sweep, ...others] = await sweeps()
  expect(others).toEqual([])
  // A page is looked at again when its worker died before it had said so.
  expect(sweep?.data.seen).toBeLessThan(ENTRIES + 2_000)
  expect(sweep?.data.seen).toBeGreaterThanOrEqual(ENTRIES)
  expect(sweep?.data.since).toEqual(version)
  // The second worker did what the first had left, and no more.
  const done = await second.metric('l2_sweep_entries_total{result="stamped"}')
  expect(done).toBeLessThan(ENTRIES - atDeath + 2_000)

  const stamps = await Promise.all([1, 2, 3].map((n) => stack.redis.getBuffer(redisKeys.entry(`shop:${n}`))))
  for (const bytes of stamps) {
    const entry = bytes && decodeEntry(bytes)?.entry
    expect(entry?.stamp).toBeGreaterThanOrEqual(version.epoch)
    expect(entry && formatVersion(entry.version)).toBe(`${version.generation}.0`)
  }
})

test('two workers: one sweep for one burst of invalidations, and none when nothing was', {
  timeout: 60_000,
}, async () => {
  await fillL2()
  const workers = await Promise.all([
    stack.startWorker({ ...ENV, FRESHET_SWEEP_RATE: '50000' }),
    stack.startWorker({ ...ENV, FRESHET_SWEEP_RATE: '50000' }),
  ])
  for (let n = 0; n < 5; n++)
    await append.append({ kind: 'tags', tags: ['sale'], reach: '*', cause: causeOf(`sale ${n}`) })
  await expect.poll(sweptTo, { timeout: 30_000 }).toEqual([5])
  // Two rounds of planning later there still was only one.
  await new Promise((resolve) => setTimeout(resolve, 11_000))
  expect(await sweptTo()).toEqual([5])
  expect(await entriesLeft()).toBe(ENTRIES - ENTRIES / TAGGED)
  const complete = await Promise.all(workers.map((worker) => worker.metric('l2_sweeps_total{result="complete"}')))
  expect(complete.reduce((sum, count) => sum + count, 0)).toBe(1)
})
