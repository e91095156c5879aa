import type { Job, Queue } from 'bullmq'

/** A job that used up its attempts. It keeps its place in Redis until somebody runs it again or throws it away. */
export interface DeadLetter {
  id: string
  name: string
  payload: unknown
  attempts: number
  /** Why the last attempt failed. */
  reason: string
  /** When, epoch milliseconds. */
  failedAtMs: number
}

export interface DeadLetterPage {
  /** All there are. */
  total: number
  /** The newest first. */
  letters: DeadLetter[]
}

/**
 * A queue's dead letters. They are the jobs that BullMQ keeps as failed, and no queue beside it: a worker that died
 * between two queues would lose one or leave it in both.
 */
export class DeadLetters {
  private readonly queue: Queue

  constructor(queue: Queue) {
    this.queue = queue
  }

  async list(offset: number, limit: number): Promise<DeadLetterPage> {
    const [total, jobs] = await Promise.all([
      this.queue.getFailedCount(),
      this.queue.getFailed(offset, offset + limit - 1),
    ])
    return { total, letters: jobs.filter(Boolean).map(letterOf) }
  }

  /** Runs one again, with all its attempts. False when it is no dead letter (any more). */
  redrive(id: string): Promise<boolean> {
    return this.withJob(id, (job) => job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }))
  }

  /** Runs up to `limit` of them again, the newest first. Resolves to how many. */
  async redriveAll(limit: number): Promise<number> {
    const { letters } = await this.list(0, limit)
    let redriven = 0
    for (const { id } of letters) if (await this.redrive(id)) redriven++
    return redriven
  }

  /** Throws one away for good. False when it is no dead letter (any more). */
  discard(id: string): Promise<boolean> {
    return this.withJob(id, (job) => job.remove())
  }

  private async withJob(id: string, act: (job: Job) => Promise<void>): Promise<boolean> {
    const job: Job | undefined = await this.queue.getJob(id)
    if (job === undefined || !(await job.isFailed())) return false
    try {
      await act(job)
      return true
    } catch (error) {
      // Somebody else was faster.
      if (await job.isFailed()) throw error
      return false
    }
  }
}

function letterOf(job: Job): DeadLetter {
  return {
    id: job.id ?? '',
    name: job.name,
    payload: job.data,
    attempts: job.attemptsMade,
    reason: job.failedReason,
    failedAtMs: job.finishedOn ?? job.timestamp,
  }
}
