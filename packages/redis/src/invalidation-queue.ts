import { bulkChunkId } from '@freshet/core/contracts/job-payloads'
import type { JobInput } from '@freshet/core/contracts/jobs'
import type { Job, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { createJobQueue, jobOptions } from './job-queues.ts'
import { logUnavailable } from './log/log-script.ts'

type Run = JobInput<'invalidation.run'>
type Chunk = JobInput<'invalidation.bulk-chunk'>

/** Jobs added in one round trip. */
const CHUNKS_AT_ONCE = 20

/**
 * Invalidations that are put off: a worker does them when their time has come. What was added here outlives the node
 * that took it. All methods reject with AppError `log_unavailable` when Redis cannot be reached; on a connection without
 * an offline queue (connectRedis), at once.
 */
export class InvalidationQueue {
  private readonly redis: Redis
  private readonly queue: Queue

  /** `onError`: what goes wrong between calls. */
  constructor(redis: Redis, onError: (error: Error) => void) {
    this.redis = redis
    this.queue = createJobQueue('invalidation', redis, onError)
  }

  /** Does it after `delayMs`. The job has the invalidation's id, so that adding it twice is adding it once. */
  async schedule(run: Run, delayMs: number): Promise<void> {
    await this.queue
      .add('invalidation.run', run, { ...jobOptions('invalidation.run'), jobId: run.cause.id, delay: delayMs })
      .catch(logUnavailable)
  }

  /**
   * Does it once `debounceMs` have passed without another of the same `sameness` (matchers, mode and caller). Those that
   * come meanwhile are one with the first: resolves to the id of the invalidation that stands for this one.
   *
   * One that comes while its predecessor is being done is done after it: the predecessor may already be in the log, and
   * then says nothing about a change that came later.
   */
  async debounce(run: Run, debounceMs: number, sameness: string): Promise<string> {
    const { id } = run.cause
    const deduplication = { id: sameness, reschedule: true, keepLastIfActive: true }
    const options = { ...jobOptions('invalidation.run'), jobId: id, delay: debounceMs, deduplication }
    const job = await this.queue.add('invalidation.run', run, options).catch(logUnavailable)
    if (job.id === undefined || job.id === id) return id
    return (await this.isNext(sameness, id).catch(logUnavailable)) ? id : job.id
  }

  /**
   * Adds a bulk run's chunks, in steps, so that nobody else's commands wait behind a million keys. To be repeated whole
   * when it fails: chunks that are there already are not added again.
   */
  async addBulk(chunks: readonly Chunk[]): Promise<void> {
    for (let at = 0; at < chunks.length; at += CHUNKS_AT_ONCE) {
      const jobs = chunks.slice(at, at + CHUNKS_AT_ONCE).map((chunk) => ({
        name: 'invalidation.bulk-chunk',
        data: chunk,
        opts: { ...jobOptions('invalidation.bulk-chunk'), jobId: bulkChunkId(chunk.bulkId, chunk.n) },
      }))
      await this.queue.addBulk(jobs).catch(logUnavailable)
    }
  }

  /**
   * How many of a bulk run's chunks are not done: `open` wait, run or will be tried again; `dead` will not. A chunk that
   * was never added cannot be told from one that is done: ask once `addBulk` has resolved.
   */
  async bulkLeft(bulkId: string, chunks: number): Promise<{ open: number; dead: number }> {
    const ids = Array.from({ length: chunks }, (_, n) => bulkChunkId(bulkId, n))
    const [held, failedAt] = await Promise.all([
      this.redis.exists(ids.map((id) => this.queue.toKey(id))),
      this.redis.zmscore(this.queue.toKey('failed'), ids),
    ]).catch(logUnavailable)
    const dead = failedAt.filter((score) => score !== null).length
    // The two are asked one after the other: a chunk may die in between.
    return { open: Math.max(0, held - dead), dead }
  }

  /** To be called before the connection is closed. */
  close(): Promise<void> {
    return this.queue.close()
  }

  /** Whether a job waits for its predecessor's end, or has come after it meanwhile. */
  private async isNext(sameness: string, id: string): Promise<boolean> {
    // Where BullMQ keeps what `keepLastIfActive` put aside.
    const waiting = await this.redis.hget(this.queue.toKey(`dn:${sameness}`), 'jid')
    if (waiting === id) return true
    const added: Job | undefined = await this.queue.getJob(id)
    return added !== undefined
  }
}
