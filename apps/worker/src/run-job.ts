import { isJobName, type JobName, type JobPayload, jobSpec, parsePayload } from '@freshet/core/contracts/jobs'
import type { DequeuedJob } from '@freshet/redis/job-worker'
import { UnrecoverableError } from 'bullmq'
import type { Logger } from 'pino'
import type { JobHandlers, JobOutcome } from './handlers/handler.ts'
import type { JobMetrics } from './metrics/job-metrics.ts'

export interface RunJobOptions {
  handlers: JobHandlers
  log: Logger
  /** See once-a-minute.ts: a job that runs every second fails every second while a server is away. */
  limited: (subject: string, say: () => void) => void
  metrics: Pick<JobMetrics, 'record'>
  /** Aborts when the worker is about to stop: jobs that can go on elsewhere make room. */
  stopping: AbortSignal
}

/** Runs one job from dequeue to end: parse, time limit, measure, log. Rejects when the job failed. */
export function createRunJob(options: RunJobOptions): (job: DequeuedJob) => Promise<JobOutcome> {
  const { handlers, log, limited, metrics, stopping } = options
  return async (job) => {
    const { name, id, attempt } = job
    const startedMs = performance.now()
    const known = isJobName(name)
    const end = (result: 'completed' | 'failed') => {
      const durationMs = performance.now() - startedMs
      // A name from a queue may be anything; as a label it would be one more series for ever.
      metrics.record(known ? name : 'unknown', result, durationMs / 1_000)
      return { job: name, id, attempt, durationMs: Math.round(durationMs) }
    }
    try {
      if (!known) throw new Error('this release knows no such job')
      const outcome = await dispatch(handlers, name, job, stopping)
      log.debug({ ...end('completed'), outcome }, 'job ended')
      return outcome
    } catch (err) {
      const facts = { ...end('failed'), err }
      limited(`job ${name} ${String(err)}`, () => log.warn(facts, 'job failed'))
      throw err
    }
  }
}

async function dispatch<N extends JobName>(
  handlers: JobHandlers,
  name: N,
  job: DequeuedJob,
  stopping: AbortSignal,
): Promise<JobOutcome> {
  const handler = handlers[name]
  const { timeoutMs } = jobSpec(name)
  const payload = parse(name, job.payload)
  const yieldAtMs = performance.now() + timeoutMs / 2
  return withinMs(timeoutMs, (signal) =>
    handler(payload, {
      signal,
      shouldYield: () => stopping.aborted || performance.now() >= yieldAtMs,
      save: (payload) => job.save(payload),
      report: (share) => job.report(share),
    }),
  )
}

function parse<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  try {
    return parsePayload(name, payload)
  } catch (cause) {
    // It will be no better at the next attempt: a dead letter at once.
    throw new UnrecoverableError(`the payload is not what the catalogue says: ${String(cause)}`)
  }
}

/**
 * Ends the wait at the limit whether the work heeds its signal or not: a job that hangs must not keep its place in the
 * worker, because the recurring jobs behind it would stop without a word.
 */
async function withinMs<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the job took longer than its limit of ${limitMs} ms`)
      controller.abort(error)
      reject(error)
    }, limitMs)
  })
  try {
    return await Promise.race([work(controller.signal), limit])
  } finally {
    clearTimeout(timer)
  }
}
