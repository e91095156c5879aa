import type { JobName, JobPayload } from '@freshet/core/contracts/jobs'

/** What a job may do besides its work. */
export interface JobRun<N extends JobName> {
  /** Aborts at the job's time limit; whatever goes on after that is not waited for. */
  readonly signal: AbortSignal
  /** True once a job that can go on later should ask for that: half its time is over, or the worker is stopping. */
  shouldYield(): boolean
  /** Replaces the payload: whoever takes the job next begins there. */
  save(payload: JobPayload<N>): Promise<void>
  /** Tells the queue's readers how far the job has come, 0 to 1. */
  report(share: number): Promise<void>
}

/**
 * What does a job. Resolves to `again` when it is not finished: the job goes back into the queue, which counts as no
 * failed attempt.
 */
export type JobHandler<N extends JobName> = (payload: JobPayload<N>, run: JobRun<N>) => Promise<JobOutcome>
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to say when they are done
export type JobOutcome = 'again' | void

/** One handler for each row of the catalogue: a row without one does not compile. */
export type JobHandlers = { [N in JobName]: JobHandler<N> }
