import type { JobName, JobPayload } from '@freshet/core/contracts/jobs'

/** What does a job. The signal aborts at the job's time limit; whatever goes on after that is not waited for. */
export type JobHandler<N extends JobName> = (payload: JobPayload<N>, signal: AbortSignal) => Promise<void>

/** One handler for each row of the catalogue: a row without one does not compile. */
export type JobHandlers = { [N in JobName]: JobHandler<N> }
