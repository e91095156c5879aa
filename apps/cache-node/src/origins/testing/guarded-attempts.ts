import { systemClock } from '@freshet/core/clock'
import { brokenConnection } from '../attempt-failure.ts'
import { type Attempt, createOriginGuard, type GuardLimits, type OriginGuard } from '../origin-guard.ts'
import { sleep } from '../with-deadline.ts'

const limits: GuardLimits = {
  attemptTimeoutMs: 1_000,
  deadlineMs: 5_000,
  maxConcurrency: 2,
  maxQueue: 2,
  ratePerSecond: null,
  breakerFailures: 3,
  breakerOpenMs: 10_000,
}

export const never = new AbortController().signal
export const reset = () => brokenConnection(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))

/** An attempt that hangs until its signal aborts. */
export const hang: Attempt<string> = (request) => request((signal) => sleep(3_600_000, signal)).then(() => 'late')

export const makeGuard = (changes: Partial<GuardLimits> = {}) =>
  createOriginGuard({ ...limits, ...changes }, systemClock, () => 0.5)

export function run<T>(guard: OriginGuard, attempt: Attempt<T>, signal = never, retries = 0): Promise<T> {
  const running = guard.run(attempt, { signal, retries, endsAtMs: guard.deadlineEndsAtMs() })
  running.catch(() => undefined)
  return running
}

/** Fails as often as told, then answers with the number of the attempt. */
export function failing(times: number, failure: () => Error): Attempt<number> & { calls: () => number } {
  let calls = 0
  const attempt = async () => {
    calls++
    if (calls <= times) throw failure()
    return calls
  }
  return Object.assign(attempt, { calls: () => calls })
}
