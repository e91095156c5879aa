import type { QueueName } from '@freshet/core/contracts/jobs'
import { startRedis } from '@freshet/testing/redis'
import type { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { connectForJobs, createJobQueue } from '../job-queues.ts'
import { createJobWorker, type DequeuedJob } from '../job-worker.ts'

/** A queue on a Redis of its own, and workers that end with the test. */
export async function jobsWorld(name: QueueName) {
  const server = await startRedis()
  const redis: Redis = connectForJobs(server.url, 'jobs', () => {})
  const queue: Queue = createJobQueue(name, redis, () => {})
  const workers: Worker[] = []
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.close(true)))
    await queue.close()
    redis.disconnect()
    await server.stop()
  })
  return {
    server,
    redis,
    queue,
    /** Begins to take jobs. */
    // biome-ignore lint/suspicious/noConfusingVoidType: as in JobWorkerOptions
    work(run: (job: DequeuedJob) => Promise<'again' | void>, concurrency = 1): Worker {
      const worker = createJobWorker({ queue: name, connection: redis, concurrency, run, onError: () => {} })
      workers.push(worker)
      return worker
    },
  }
}
