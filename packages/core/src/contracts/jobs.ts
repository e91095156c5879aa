import { z } from 'zod'
import { BulkChunk, InvalidationRun, SweepState } from './job-payloads.ts'

/** A queue: its jobs wait for each other's places, and for no other queue's. */
export interface QueueSpec {
  /** A job whose worker has not renewed its lock for so long is given to another. */
  lockMs: number
  /** How often somebody looks for such jobs: a killed worker's job goes on after at most both together. */
  stalledCheckMs: number
  /** How many workers a job may outlive before it counts as what kills them. */
  maxStalls: number
}

export const queues = {
  /** The control plane's own upkeep. */
  maintenance: { lockMs: 10_000, stalledCheckMs: 5_000, maxStalls: 1_000 },
  /** Invalidations that were put off, and bulk runs. Chunks are many: a queue of their own keeps upkeep on time. */
  invalidation: { lockMs: 10_000, stalledCheckMs: 5_000, maxStalls: 10 },
} as const satisfies Record<string, QueueSpec>
export type QueueName = keyof typeof queues
export const QUEUE_NAMES = Object.keys(queues) as QueueName[]

/**
 * One row of the catalogue. Every job may be begun twice (a worker that was killed is one that did not finish it), so
 * each is written to do no harm then.
 */
export interface JobSpec {
  queue: QueueName
  payload: z.ZodType
  timeoutMs: number
  /** Tries before it is a dead letter: kept as failed until somebody runs it again. */
  attempts: number
  /** Pause before the second try, milliseconds; doubles with each one after it, with jitter. */
  backoffMs: number
  /** 1 is taken first; absent: before those that have one. */
  priority?: number
  /** Present when the job runs by itself. */
  everyMs?: number
  /** How many that completed are kept, for the board; none: its payload is too large to keep. */
  keepCompleted: number
  /** How many dead letters are kept, the newest. */
  keepFailed: number
}

const nothing = z.object({})
const upkeep = {
  queue: 'maintenance',
  payload: nothing,
  attempts: 1,
  backoffMs: 1_000,
  keepCompleted: 50,
  keepFailed: 200,
} as const
/** About seventeen minutes of tries: a failover or a restart of Redis is over by then. */
const patient = { queue: 'invalidation', attempts: 12, backoffMs: 500, timeoutMs: 30_000, keepFailed: 100_000 } as const

/**
 * The job catalogue: everything that a worker does, by name. Handlers derive their types from it and payloads are parsed
 * again on dequeue.
 */
export const jobs = {
  /**
   * Makes Redis's control document equal to what PostgreSQL says (after Redis lost data, or a crash between the two). A
   * change must reach every node within 2 s even if the portal dies right after its commit: hence every second.
   */
  'control.reconcile': { ...upkeep, timeoutMs: 10_000, everyMs: 1_000 },
  /** Reads every node's metrics and stores one sample per node, so that charts survive a reload and a restart. */
  'metrics.sample': { ...upkeep, timeoutMs: 10_000, everyMs: 5_000 },
  /** Drops samples past their retention. */
  'metrics.prune': { ...upkeep, timeoutMs: 60_000, attempts: 3, everyMs: 600_000 },
  /** Moves the log into the audit until nothing of it is left; what was not moved is not trimmed. */
  'log.archive': { ...upkeep, timeoutMs: 60_000, everyMs: 1_000 },
  /** Writes down what the log said so far, so that a node which joins need not read all of it (rule snap). */
  'log.snapshot': { ...upkeep, timeoutMs: 20_000, everyMs: 30_000 },
  /** Cuts off what both the audit and the snapshot cover. */
  'log.trim': { ...upkeep, timeoutMs: 10_000, everyMs: 10_000 },
  /** Takes members off the list that stood still for a lease, so that no acknowledgement goes on waiting for the dead. */
  'members.reap': { ...upkeep, timeoutMs: 10_000, everyMs: 1_000 },
  /** Begins a sweep when one is due and none is under way. */
  'l2.plan-sweep': { ...upkeep, timeoutMs: 10_000, everyMs: 5_000 },
  /**
   * Looks at every entry of L2: stamps what lives, removes what is dead. It works for a part of its time limit, then asks
   * to be run again, as often as it takes; its payload is how far it has come.
   */
  'l2.sweep': { ...upkeep, payload: SweepState, timeoutMs: 60_000, attempts: 6 },
  /** One invalidation that was put off: delayed, debounced, or the repetition of an earlier one. */
  'invalidation.run': { ...patient, payload: InvalidationRun, priority: 1, keepCompleted: 1_000 },
  /** A part of a bulk run. Somebody waits for single invalidations: they go first. */
  'invalidation.bulk-chunk': { ...patient, payload: BulkChunk, priority: 10, keepCompleted: 0 },
} as const satisfies Record<string, JobSpec>

export type JobName = keyof typeof jobs
type JobPayloads = { [N in JobName]: z.infer<(typeof jobs)[N]['payload']> }
export type JobPayload<N extends JobName> = JobPayloads[N]
/** What may be put into the queue: defaults need not be named. */
export type JobInput<N extends JobName> = z.input<(typeof jobs)[N]['payload']>
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
