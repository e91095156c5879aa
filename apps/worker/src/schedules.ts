import { isJobName, JOB_NAMES, jobSpec } from '@freshet/core/contracts/jobs'
import { jobOptions } from '@freshet/redis/job-queues'
import type { Queue } from 'bullmq'

/** How often schedules are looked after, milliseconds. */
const CHECK_EVERY_MS = 5_000

/**
 * Makes the queue's recurring jobs those of the catalogue: adds, changes, and removes what another release left behind.
 * Doing so again changes nothing: a job that is planned keeps its moment.
 */
export async function applySchedules(queue: Queue): Promise<void> {
  for (const name of JOB_NAMES) {
    const { everyMs } = jobSpec(name)
    if (everyMs !== undefined)
      await queue.upsertJobScheduler(name, { every: everyMs }, { name, data: {}, opts: jobOptions(name) })
  }
  for (const { key } of await queue.getJobSchedulers())
    if (!isJobName(key) || jobSpec(key).everyMs === undefined) await queue.removeJobScheduler(key)
}

/**
 * Keeps schedules alive. BullMQ plans a job's next run when it takes the present one, so a chain ends for good when Redis
 * fails at that moment or loses its data; nobody would notice, because a job that does not run does not fail.
 *
 * @returns stops it
 */
export function keepSchedules(queue: Queue, onError: (error: unknown) => void): () => void {
  let running = false
  const check = async () => {
    // While Redis is away a check waits for it; more of them would only queue up behind.
    if (running) return
    running = true
    await applySchedules(queue).catch(onError)
    running = false
  }
  const timer = setInterval(check, CHECK_EVERY_MS)
  void check()
  return () => clearInterval(timer)
}
