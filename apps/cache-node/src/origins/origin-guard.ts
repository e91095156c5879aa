import type { Clock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import { createBreaker, type Outcome } from '@freshet/core/origins/breaker'
import type { OriginStatus } from '@freshet/core/origins/origin'
import { createSlots } from '@freshet/core/origins/slots'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import { AttemptFailure, brokenConnection, tooSlow } from './attempt-failure.ts'
import { createRetryDelays } from './retry-delays.ts'
import { createTurns } from './turns.ts'
import { sleep, withDeadline } from './with-deadline.ts'

export type GuardLimits = Pick<
  OriginConfig,
  | 'attemptTimeoutMs'
  | 'deadlineMs'
  | 'maxConcurrency'
  | 'maxQueue'
  | 'ratePerSecond'
  | 'breakerFailures'
  | 'breakerOpenMs'
>

/** Makes one request within `attemptTimeoutMs`. Each but an attempt's first waits for a turn under the rate cap before. */
export type Requester = <R>(work: (signal: AbortSignal) => Promise<R>) => Promise<R>

/** One try at the origin; more than one request when it redirects. */
export type Attempt<T> = (request: Requester) => Promise<T>

export interface RunOptions {
  /** The caller's: when it aborts, the run rejects with its reason. */
  signal: AbortSignal
  /** Further attempts after a failed one. */
  retries: number
  /** When to give up, on the guard's monotonic clock: the guard's `deadlineEndsAtMs()` at the time the load began. */
  endsAtMs: number
}

export interface OriginGuard {
  /** Rejects with AppError `origin_failed`, `origin_unavailable` or `origin_deadline`, or with the signal's reason. */
  run<T>(attempt: Attempt<T>, options: RunOptions): Promise<T>
  deadlineEndsAtMs(): number
  status(): OriginStatus
}

/**
 * Protects an origin from us and us from it. An attempt waits for a slot, then for a turn under the rate cap, then asks
 * the breaker; slot and permit are given back in `finally`, whatever happens. No slot is held during a pause between two
 * attempts.
 */
export function createOriginGuard(limits: GuardLimits, clock: Clock, random: () => number): OriginGuard {
  const slots = createSlots({ max: limits.maxConcurrency, maxQueue: limits.maxQueue })
  const breaker = createBreaker({ failuresToOpen: limits.breakerFailures, openMs: limits.breakerOpenMs })
  const takeTurn = createTurns(limits.ratePerSecond, clock)
  // An attempt that got its slot just before the deadline and was cut short says nothing about the origin. Counted, it
  // would let a queue of our own making open the breaker.
  const fairTimeMs = Math.min(limits.attemptTimeoutMs, limits.deadlineMs) / 2

  async function tryOnce<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T> {
    const nowMs = clock.monotonicMs()
    // Before the queue: who must be refused need not wait for it. The permit itself comes last, after all waiting.
    if (breaker.state(nowMs) === 'open') throw breakerOpen(breaker.retryAfterMs(nowMs))
    const acquiring = slots.acquire(signal)
    if (acquiring === null)
      throw new AppError('origin_unavailable', `${limits.maxQueue} loads wait for this origin already`, {
        limit: limits.maxQueue,
        state: 'queue_full',
      })
    const release = await acquiring
    try {
      await takeTurn(signal)
      return await tryPermitted(attempt, signal)
    } finally {
      release()
    }
  }

  async function tryPermitted<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T> {
    const settle = breaker.enter(clock.monotonicMs())
    if (settle === null) throw breakerOpen(breaker.retryAfterMs(clock.monotonicMs()))
    let startedAtMs = clock.monotonicMs()
    let requests = 0
    const request: Requester = async (work) => {
      // The first turn was taken before the permit. The time limit begins after the wait, which is our own doing.
      if (requests++ > 0) await takeTurn(signal)
      startedAtMs = clock.monotonicMs()
      return withDeadline(signal, limits.attemptTimeoutMs, () => tooSlow(limits.attemptTimeoutMs), work)
    }
    let outcome: Outcome = 'neutral'
    try {
      const result = await attempt(request)
      outcome = 'success'
      return result
    } catch (error) {
      const failure = asFailure(error, signal)
      const hadItsTime = !signal.aborted || clock.monotonicMs() - startedAtMs >= fairTimeMs
      if (failure instanceof AttemptFailure && hadItsTime) outcome = failure.traits.outcome
      throw failure
    } finally {
      settle(outcome, clock.monotonicMs())
    }
  }

  async function tryRepeatedly<T>(attempt: Attempt<T>, { signal, retries, endsAtMs }: RunOptions): Promise<T> {
    const nextDelayMs = createRetryDelays(random)
    let last: AttemptFailure | undefined
    for (let left = retries; ; left--) {
      try {
        return await tryOnce(attempt, signal)
      } catch (error) {
        // What the origin did says more than that the breaker opened over it.
        if (!(error instanceof AttemptFailure)) throw signal.aborted ? error : (last ?? error)
        const delayMs = Math.max(nextDelayMs(), error.traits.retryAfterMs ?? 0)
        if (!error.traits.retryable || left === 0 || clock.monotonicMs() + delayMs >= endsAtMs) throw error
        last = error
        await sleep(delayMs, signal)
      }
    }
  }

  return {
    async run(attempt, options) {
      try {
        const leftMs = options.endsAtMs - clock.monotonicMs()
        if (leftMs <= 0) throw pastDeadline(limits.deadlineMs)
        return await withDeadline(
          options.signal,
          leftMs,
          () => pastDeadline(limits.deadlineMs),
          (signal) => tryRepeatedly(attempt, { ...options, signal }),
        )
      } catch (error) {
        throw error instanceof AttemptFailure ? error.error : error
      }
    },
    deadlineEndsAtMs: () => clock.monotonicMs() + limits.deadlineMs,
    status: () => ({ breaker: breaker.state(clock.monotonicMs()), inFlight: slots.inUse, queued: slots.queued }),
  }
}

/** Sorts what an attempt threw: the caller left or time is up, a judged failure or our own refusal, a broken transport. */
function asFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  return error instanceof AttemptFailure || error instanceof AppError ? error : brokenConnection(error)
}

function pastDeadline(deadlineMs: number): AttemptFailure {
  return new AttemptFailure(
    new AppError('origin_deadline', `The origin gave no value within ${deadlineMs} ms, waiting and retries included`, {
      limit: deadlineMs,
    }),
  )
}

function breakerOpen(retryAfterMs: number): AppError {
  return new AppError('origin_unavailable', 'The origin failed too often in a row and is not asked for a while', {
    state: 'breaker_open',
    retryAfterMs: Math.ceil(retryAfterMs),
  })
}
