import { type QueueName, queues } from '@freshet/core/contracts/jobs'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { DelayedError, type Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { withoutArguments } from './without-arguments.ts'

/** A job as it comes off a queue. */
export interface DequeuedJob {
  /** Of the catalogue, or of another release's. */
  name: string
  payload: unknown
  id: string
  /** From 1; counts beginnings, also those whose worker died and those that asked to be run again. */
  attempt: number
  /** Replaces the payload: whoever takes the job next begins there. */
  save(payload: unknown): Promise<void>
  /** Tells the queue's readers how far the job has come, 0 to 1. */
  report(share: number): Promise<void>
}

export interface JobWorkerOptions {
  queue: QueueName
  connection: Redis
  /** Jobs at once in this process. */
  concurrency: number
  /** Resolves to `again` when the job is not finished: it goes back into the queue, which is no failed attempt. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most jobs have nothing to say when they are done
  run: (job: DequeuedJob) => Promise<'again' | void>
  onError: (error: Error) => void
}

/** How soon a job that asked for it is run again, milliseconds. Not at once: it may be waiting for something. */
const AGAIN_AFTER_MS = 250

/** Takes jobs off a queue. `close()` waits for those that run. */
export function createJobWorker({ queue, connection, concurrency, run, onError }: JobWorkerOptions): Worker {
  const { lockMs, stalledCheckMs, maxStalls } = queues[queue]
  const worker = new Worker(
    queue,
    async (job: Job, token?: string) => {
      if ((await run(dequeued(job))) !== 'again') return
      await job.moveToDelayed(Date.now() + AGAIN_AFTER_MS, token)
      // How BullMQ is told that the job is not finished and no longer this worker's.
      throw new DelayedError()
    },
    {
      connection,
      prefix: redisKeys.queuePrefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: maxStalls,
    },
  )
  worker.on('error', withoutArguments(onError))
  return worker
}

function dequeued(job: Job): DequeuedJob {
  return {
    name: job.name,
    payload: job.data,
    id: job.id ?? '',
    attempt: job.attemptsStarted,
    save: (payload) => job.updateData(payload),
    report: (share) => job.updateProgress(share),
  }
}
