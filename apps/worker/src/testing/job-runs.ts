import type { JobName, JobPayload } from '@freshet/core/contracts/jobs'
import type { JobHandlers, JobRun } from '../handlers/handler.ts'

/** A run of a job that nobody hurries; what it saved and reported can be looked at. */
export function makeRun<N extends JobName>(over: Partial<JobRun<N>> = {}) {
  const saved: JobPayload<N>[] = []
  const reported: number[] = []
  const run: JobRun<N> = {
    signal: new AbortController().signal,
    shouldYield: () => false,
    save: async (payload) => void saved.push(payload),
    report: async (share) => void reported.push(share),
    ...over,
  }
  return { run, saved, reported }
}

/** Handlers that do nothing, but for those given. */
export function idleHandlers(handlers: Partial<JobHandlers> = {}): JobHandlers {
  const idle = async () => {}
  return {
    'control.reconcile': idle,
    'metrics.sample': idle,
    'metrics.prune': idle,
    'log.archive': idle,
    'log.snapshot': idle,
    'log.trim': idle,
    'members.reap': idle,
    'l2.plan-sweep': idle,
    'l2.sweep': idle,
    'invalidation.run': idle,
    'invalidation.bulk-chunk': idle,
    ...handlers,
  }
}
