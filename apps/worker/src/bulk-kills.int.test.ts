import { bulkChunkId, CHUNK_KEYS } from '@freshet/core/contracts/job-payloads'
import { InvalidationQueue } from '@freshet/redis/invalidation-queue'
import { connectForJobs, createJobQueue } from '@freshet/redis/job-queues'
import { LogReader } from '@freshet/redis/log/log-reader'
import { RedisReceiptStore } from '@freshet/redis/receipt-store'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { causeOf, expectAudited } from './testing/accepted.ts'
import { startStack, type WorkerStack } from './testing/worker-stack.ts'

const KEYS = 200_000
const CHUNKS = KEYS / CHUNK_KEYS

let stack: WorkerStack
let jobsRedis: Redis
let board: Queue
let invalidations: InvalidationQueue
beforeEach(async () => {
  stack = await startStack(process.env)
  jobsRedis = connectForJobs(stack.server.url, 'test', () => {})
  board = createJobQueue('invalidation', jobsRedis, () => {})
  invalidations = new InvalidationQueue(jobsRedis, () => {})
})
afterEach(async () => {
  await Promise.all([board.close(), invalidations.close()])
  jobsRedis.disconnect()
  await stack.stop()
})

const keysOf = (n: number) => Array.from({ length: CHUNK_KEYS }, (_, at) => `shop:${n * CHUNK_KEYS + at}`)
const chunks = Array.from({ length: CHUNKS }, (_, n) => ({
  ...{ bulkId: 'bulk', n, total: CHUNKS, keys: keysOf(n), mode: 'hard' as const },
  cause: causeOf(bulkChunkId('bulk', n)),
}))
const left = async () => {
  const counts = await board.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

test('a bulk run of 200,000 keys whose worker is killed in the middle: each chunk once in the audit', {
  timeout: 180_000,
}, async () => {
  await invalidations.addBulk(chunks)
  // A node whose answer was lost puts the same run into the queue again.
  await invalidations.addBulk(chunks.slice(0, 50))
  expect(await left()).toBe(CHUNKS)

  const first = await stack.startWorker({ FRESHET_WORKER_CONCURRENCY: '2' })
  await expect.poll(left, { timeout: 60_000, interval: 5 }).toBeLessThan(CHUNKS * 0.9)
  await first.kill()
  const atDeath = await left()
  expect(atDeath).toBeGreaterThan(0)
  expect(atDeath).toBeLessThan(CHUNKS)

  const second = await stack.startWorker()
  await expect.poll(left, { timeout: 90_000, interval: 100 }).toBe(0)
  const ids = chunks.map(({ cause }) => cause.id)
  await expectAudited(stack.db, ids, 60_000)
  expect(await second.metric('worker_dead_letters{queue="invalidation"}')).toBe(0)

  const reader = new LogReader(stack.redis, 100_000)
  const { generation, tail } = await reader.readAfter(null, 0)
  const named = new Set<string>()
  for (let at = 0; at < tail; ) {
    const { records } = await reader.readAfter(generation, at)
    for (const { epoch, commands } of records) {
      at = epoch
      for (const command of commands) if (command.kind === 'keys') for (const key of command.keys) named.add(key)
    }
  }
  expect(named.size).toBe(KEYS)
  const receipts = new RedisReceiptStore(stack.redis, async () => true)
  expect(await receipts.find(ids.at(-1) ?? '')).toMatchObject({ state: 'acknowledged' })
})

test('an invalidation that was put off is done once when its time has come', { timeout: 60_000 }, async () => {
  await stack.startWorker()
  const matchers = { tags: ['sale'], patterns: ['shop:*:price'] }
  const run = { matchers, mode: 'soft' as const, reach: ['shop'], cause: causeOf('later') }
  await invalidations.schedule(run, 3_000)
  await invalidations.schedule(run, 3_000)
  expect(await stack.db.auditEntry.count()).toBe(0)
  await expectAudited(stack.db, ['later'], 30_000)
  expect(await new RedisReceiptStore(stack.redis, async () => true).find('later')).toMatchObject({
    state: 'acknowledged',
    mode: 'soft',
    archived: true,
  })
})
