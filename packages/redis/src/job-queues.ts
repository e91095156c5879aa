import { type JobName, jobSpec, type QueueName } from '@freshet/core/contracts/jobs'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type JobsOptions, Queue } from 'bullmq'
import { Redis } from 'ioredis'

const MAX_RECONNECT_DELAY_MS = 1_000
const DAY_SECONDS = 86_400

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

/** One queue of the catalogue; also what the portal's board shows. */
export function createJobQueue(name: QueueName, connection: Redis, onError: (error: Error) => void): Queue {
  const queue = new Queue(name, { connection, prefix: redisKeys.queuePrefix })
  queue.on('error', onError)
  return queue
}

/**
 * A job's options from its row. What has ended is kept by count and by age, or a job a second would fill Redis: enough
 * to see on the board what happened lately. Dead letters wait a month for somebody to look at them.
 */
export function jobOptions(name: JobName): JobsOptions {
  const { attempts, backoffMs, priority, keepCompleted, keepFailed } = jobSpec(name)
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    ...(priority !== undefined && { priority }),
    removeOnComplete: keepCompleted === 0 ? true : { count: keepCompleted, age: DAY_SECONDS },
    removeOnFail: { count: keepFailed, age: 30 * DAY_SECONDS },
  }
}
