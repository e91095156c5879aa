import { type JobName, jobSpec, MAINTENANCE_QUEUE } from '@freshet/core/contracts/jobs'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type JobsOptions, Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'

const MAX_RECONNECT_DELAY_MS = 1_000

/**
 * A connection for queues: it waits for Redis however long it takes, because a worker has nothing better to do. BullMQ
 * makes its own copy for blocking reads, and does not close what it is given: disconnect it after queues and workers.
 */
export function connectForJobs(url: string, name: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) =>
      Math.min(MAX_RECONNECT_DELAY_MS, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
  })
  redis.on('error', onError)
  return redis
}

/** The queue of the control plane's upkeep; also what the portal's board shows. */
export function createMaintenanceQueue(connection: Redis, onError: (error: Error) => void): Queue {
  const queue = new Queue(MAINTENANCE_QUEUE, { connection, prefix: redisKeys.queuePrefix })
  queue.on('error', onError)
  return queue
}

export interface DequeuedJob {
  /** Of the catalogue, or of another release's. */
  name: string
  payload: unknown
  id: string
  /** From 1. */
  attempt: number
}

export interface MaintenanceWorkerOptions {
  connection: Redis
  /** Jobs at once in this process. */
  concurrency: number
  run: (job: DequeuedJob) => Promise<void>
  onError: (error: Error) => void
}

/** Takes jobs off the queue. `close()` waits for those that run. */
export function createMaintenanceWorker({ connection, concurrency, run, onError }: MaintenanceWorkerOptions): Worker {
  const worker = new Worker(
    MAINTENANCE_QUEUE,
    ({ name, data, id = '', attemptsStarted }) => run({ name, payload: data, id, attempt: attemptsStarted }),
    { connection, prefix: redisKeys.queuePrefix, concurrency },
  )
  worker.on('error', onError)
  return worker
}

/**
 * A job's options from its row. What has ended is kept by count and by age, or a job a second would fill Redis: enough
 * to see on the board what happened lately.
 */
export function jobOptions(name: JobName): JobsOptions {
  const { attempts } = jobSpec(name)
  return {
    attempts,
    backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
    removeOnComplete: { count: 50, age: 3_600 },
    removeOnFail: { count: 200, age: 7 * 86_400 },
  }
}
