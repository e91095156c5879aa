import { redisKeys } from '@freshet/core/keys/redis-keys'
import { connectForJobs, createJobQueue } from '@freshet/redis/job-queues'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applySchedules, keepSchedules } from './schedules.ts'

let server: ThrowawayRedis
let redis: Redis
let queue: Queue
beforeEach(async () => {
  server = await startRedis()
  redis = connectForJobs(server.url, 'test', () => {})
  queue = createJobQueue('maintenance', redis, () => {})
})
afterEach(async () => {
  await queue.close()
  redis.disconnect()
  await server.stop()
})

const scheduled = async () => Object.fromEntries((await queue.getJobSchedulers()).map(({ key, every }) => [key, every]))
const catalogue = {
  'control.reconcile': 1_000,
  'l2.plan-sweep': 5_000,
  'log.archive': 1_000,
  'log.snapshot': 30_000,
  'log.trim': 10_000,
  'members.reap': 1_000,
  'metrics.prune': 600_000,
  'metrics.sample': 5_000,
}
const JOBS = Object.keys(catalogue).length

test('every recurring job of the catalogue is scheduled, once', async () => {
  await applySchedules(queue)
  await applySchedules(queue)
  expect(await scheduled()).toEqual(catalogue)
  const { delayed = 0, waiting = 0 } = await queue.getJobCounts('delayed', 'waiting')
  expect(delayed + waiting).toBe(JOBS)
})

test('what another release scheduled is removed, and what it scheduled otherwise is changed', async () => {
  await queue.upsertJobScheduler('retired.job', { every: 1_000 }, { name: 'retired.job' })
  await queue.upsertJobScheduler('control.reconcile', { every: 60_000 }, { name: 'control.reconcile' })
  await applySchedules(queue)
  expect(await scheduled()).toEqual(catalogue)
})

test('looking after schedules again moves no planned run', async () => {
  await applySchedules(queue)
  const plan = async () => (await queue.getJobSchedulers()).map(({ key, next }) => [key, next])
  const before = await plan()
  await applySchedules(queue)
  expect(await plan()).toEqual(before)
})

test('a chain whose next run was lost goes on', async () => {
  await applySchedules(queue)
  const jobs = await queue.getJobs(['delayed', 'waiting'])
  for (const job of jobs) await redis.zrem(`${redisKeys.queuePrefix}:maintenance:delayed`, job.id ?? '')
  await redis.del(`${redisKeys.queuePrefix}:maintenance:wait`)
  expect(await queue.getJobs(['delayed', 'waiting'])).toEqual([])
  await applySchedules(queue)
  expect((await queue.getJobs(['delayed', 'waiting'])).length).toBe(JOBS)
})

test('a Redis that lost everything is given its schedules again', { timeout: 20_000 }, async () => {
  const stop = keepSchedules(queue, () => {})
  await expect.poll(scheduled).toEqual(catalogue)
  await redis.flushall()
  expect(await scheduled()).toEqual({})
  await expect.poll(scheduled, { timeout: 10_000 }).toEqual(catalogue)
  stop()
})
