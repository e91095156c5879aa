import { isJobName, type JobName, jobSpec, parsePayload } from '@freshet/core/contracts/jobs'
import type { DequeuedJob } from '@freshet/redis/job-queues'
import type { Logger } from 'pino'
import type { JobHandlers } from './handlers/handler.ts'
import type { JobMetrics } from './job-metrics.ts'

export interface RunJobOptions {
  handlers: JobHandlers
  log: Logger
  /** See once-a-minute.ts: a job that runs every second fails every second while a server is away. */
  limited: (subject: string, say: () => void) => void
  metrics: Pick<JobMetrics, 'record'>
}

/** Runs one job from dequeue to end: parse, time limit, measure, log. Rejects when the job failed. */
export function createRunJob({ handlers, log, limited, metrics }: RunJobOptions): (job: DequeuedJob) => Promise<void> {
  return async ({ name, payload, id, attempt }) => {
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
      await dispatch(handlers, name, payload)
      log.debug(end('completed'), 'job completed')
    } catch (err) {
      const facts = { ...end('failed'), err }
      limited(`job ${name} ${String(err)}`, () => log.warn(facts, 'job failed'))
      throw err
    }
  }
}

function dispatch<N extends JobName>(handlers: JobHandlers, name: N, payload: unknown): Promise<void> {
  const handler = handlers[name]
  return withinMs(jobSpec(name).timeoutMs, (signal) => handler(parsePayload(name, payload), signal))
}

/**
 * Ends the wait at the limit whether the work heeds its signal or not: a job that hangs must not keep its place in the
 * worker, because the recurring jobs behind it would stop without a word.
 */
async function withinMs(limitMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
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
    await Promise.race([work(controller.signal), limit])
  } finally {
    clearTimeout(timer)
  }
}
