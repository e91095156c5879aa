import { type JobName, jobSpec, type QueueName } from '@freshet/core/contracts/jobs'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type JobsOptions, Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { oneServer } from './connection.ts'
import { reconnectDelayMs } from './connection-options.ts'
import { parseRedisUrl } from './redis-url.ts'
import { leaveWhenSwitched } from './sentinel-watch.ts'
import { withoutArguments } from './without-arguments.ts'

/**
 * A server that says nothing for so long, while it is asked something, is gone without a word: its machine is. Longer than
 * BullMQ lets a read block (10 s), and than any pause of this process that should cost no connection.
 */
const SILENCE_MS = 30_000
const DAY_SECONDS = 86_400

/**
 * A connection for queues: it waits for Redis however long it takes, because a worker has nothing better to do. BullMQ
 * makes its own copy for blocking reads, and does not close what it is given: disconnect it after queues and workers.
 *
 * On a Cluster it leads to the master of the queues' slot, in which all their keys lie, and is no Cluster client: with one
 * of those, what a killed master was asked is waited for in more than one layer.
 */
export function connectForJobs(url: string, name: string, onError: (error: Error) => void): Redis {
  const parsed = parseRedisUrl(url)
  const redis = new Redis({
    ...oneServer(parsed, redisKeys.queuePrefix),
    connectionName: name,
    maxRetriesPerRequest: null,
    socketTimeout: SILENCE_MS,
    retryStrategy: reconnectDelayMs,
  })
  redis.on('error', withoutArguments(onError))
  leaveWhenSwitched(redis, parsed)
  return redis
}

/** One queue of the catalogue; also what the portal's board shows. */
export function createJobQueue(name: QueueName, connection: Redis, onError: (error: Error) => void): Queue {
  const queue = new Queue(name, { connection, prefix: redisKeys.queuePrefix })
  queue.on('error', withoutArguments(onError))
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
