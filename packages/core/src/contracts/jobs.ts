import { z } from 'zod'

/**
 * The job catalogue: everything that a worker does, by name. A job is a row here: payload schema, time limit, attempts,
 * and for recurring jobs how often. Handlers derive their types from it and payloads are parsed again on dequeue.
 */
export interface JobSpec {
  payload: z.ZodType
  timeoutMs: number
  attempts: number
  /** Present when the job runs by itself. */
  everyMs?: number
}

export const jobs = {
  /**
   * Makes Redis's control document equal to what PostgreSQL says (after Redis lost data, or a crash between the two). A
   * change must reach every node within 2 s even if the portal dies right after its commit: hence every second.
   */
  'control.reconcile': { payload: z.object({}), timeoutMs: 10_000, attempts: 1, everyMs: 1_000 },
  /** Reads every node's metrics and stores one sample per node, so that charts survive a reload and a restart. */
  'metrics.sample': { payload: z.object({}), timeoutMs: 10_000, attempts: 1, everyMs: 5_000 },
  /** Drops samples past their retention. */
  'metrics.prune': { payload: z.object({}), timeoutMs: 60_000, attempts: 3, everyMs: 600_000 },
} as const satisfies Record<string, JobSpec>

export type JobName = keyof typeof jobs
type JobPayloads = { [N in JobName]: z.infer<(typeof jobs)[N]['payload']> }
export type JobPayload<N extends JobName> = JobPayloads[N]
export const JOB_NAMES = Object.keys(jobs) as JobName[]
/** One queue for the control plane's own upkeep. */
export const MAINTENANCE_QUEUE = 'maintenance'

/** A name that came from a queue: another release may have put it there. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name)
}

/** The row of a job, with what only some rows have. */
export function jobSpec(name: JobName): JobSpec {
  return jobs[name]
}

const rows: { [N in JobName]: { payload: z.ZodType<JobPayloads[N]> } } = jobs

/** A payload off the queue. Throws zod's error when it is not what the row says. */
export function parsePayload<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  return rows[name].payload.parse(payload)
}
