import { systemClock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AttemptFailure, badAnswer, badStatus, brokenConnection } from './attempt-failure.ts'
import { type Attempt, createOriginGuard, type GuardLimits, type OriginGuard } from './origin-guard.ts'
import { sleep } from './with-deadline.ts'

const limits: GuardLimits = {
  attemptTimeoutMs: 1_000,
  deadlineMs: 5_000,
  maxConcurrency: 2,
  maxQueue: 2,
  ratePerSecond: null,
  breakerFailures: 3,
  breakerOpenMs: 10_000,
}

const never = new AbortController().signal
const reset = () => brokenConnection(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))

/** An attempt that hangs until its signal aborts. */
const hang: Attempt<string> = (request) => request((signal) => sleep(3_600_000, signal)).then(() => 'late')

const makeGuard = (changes: Partial<GuardLimits> = {}) =>
  createOriginGuard({ ...limits, ...changes }, systemClock, () => 0.5)

function run<T>(guard: OriginGuard, attempt: Attempt<T>, signal = never, retries = 0): Promise<T> {
  const running = guard.run(attempt, { signal, retries, endsAtMs: guard.deadlineEndsAtMs() })
  running.catch(() => undefined)
  return running
}

/** Fails as often as told, then answers with the number of the attempt. */
function failing(times: number, failure: () => Error): Attempt<number> & { calls: () => number } {
  let calls = 0
  const attempt = async () => {
    calls++
    if (calls <= times) throw failure()
    return calls
  }
  return Object.assign(attempt, { calls: () => calls })
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('retries', () => {
  it('tries again after a broken connection, after a pause', async () => {
    const attempt = failing(2, reset)
    const result = run(makeGuard(), attempt, never, 2)
    await vi.advanceTimersByTimeAsync(0)
    expect(attempt.calls()).toBe(1)
    await vi.runAllTimersAsync()
    expect(await result).toBe(3)
  })

  it('stops after the retries it was given, with the origin’s last word', async () => {
    const attempt = failing(9, () => badStatus(503, undefined, 0))
    const result = run(makeGuard({ breakerFailures: 99 }), attempt, never, 2)
    await vi.runAllTimersAsync()
    await expect(result).rejects.toMatchObject({ code: 'origin_failed', facts: { limit: 503 } })
    expect(attempt.calls()).toBe(3)
  })

  it.each([
    ['a status that will not change', () => badStatus(400, undefined, 0)],
    ['an answer that makes no sense', () => badAnswer('nonsense')],
    ['a refusal of our own', () => new AppError('origin_failed', 'loopback')],
  ])('does not try again after %s', async (_, failure) => {
    const attempt = failing(1, failure)
    await expect(run(makeGuard(), attempt, never, 5)).rejects.toMatchObject({ code: 'origin_failed' })
    expect(attempt.calls()).toBe(1)
  })

  it('waits as long as Retry-After asks', async () => {
    const attempt = failing(1, () => badStatus(429, '2', 0))
    const result = run(makeGuard(), attempt, never, 1)
    await vi.advanceTimersByTimeAsync(1_999)
    expect(attempt.calls()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await result).toBe(2)
  })

  it('gives up at once when Retry-After lies beyond the deadline', async () => {
    const attempt = failing(1, () => badStatus(429, '6', 0))
    await expect(run(makeGuard(), attempt, never, 1)).rejects.toMatchObject({ facts: { retryAfterMs: 6_000 } })
    expect(attempt.calls()).toBe(1)
  })

  it('holds no slot while it pauses', async () => {
    const guard = makeGuard({ maxConcurrency: 1, maxQueue: 0 })
    const pausing = run(
      guard,
      failing(1, () => badStatus(503, '3', 0)),
      never,
      1,
    )
    await vi.advanceTimersByTimeAsync(1)
    expect(guard.status().inFlight).toBe(0)
    expect(await run(guard, async () => 'between')).toBe('between')
    await vi.runAllTimersAsync()
    expect(await pausing).toBe(2)
  })
})

describe('time limits', () => {
  it('ends a hung attempt after attemptTimeoutMs and frees its slot', async () => {
    const guard = makeGuard()
    const result = run(guard, hang)
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(result).rejects.toMatchObject({ code: 'origin_deadline', facts: { limit: 1_000 } })
    expect(guard.status()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  it('ends everything at the deadline: the running, the pausing and the queued', async () => {
    const guard = makeGuard({ attemptTimeoutMs: 60_000, maxConcurrency: 1 })
    const results = [run(guard, hang), run(guard, hang)]
    await vi.advanceTimersByTimeAsync(4_999)
    expect(guard.status()).toMatchObject({ inFlight: 1, queued: 1 })
    await vi.advanceTimersByTimeAsync(1)
    for (const result of results)
      await expect(result).rejects.toMatchObject({ code: 'origin_deadline', facts: { limit: 5_000 } })
    expect(guard.status()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  it('counts a hung attempt as a failure, but not a wait in the queue', async () => {
    const guard = makeGuard({ attemptTimeoutMs: 60_000, maxConcurrency: 1, breakerFailures: 2 })
    const results = [run(guard, hang), run(guard, hang)]
    await vi.advanceTimersByTimeAsync(5_000)
    await Promise.allSettled(results)
    expect(guard.status().breaker).toBe('closed')
    const third = run(guard, hang)
    await vi.advanceTimersByTimeAsync(5_000)
    await Promise.allSettled([third])
    expect(guard.status().breaker).toBe('open')
    await vi.advanceTimersByTimeAsync(0)
  })

  it('rejects with the caller’s reason as soon as the caller leaves, and blames nobody', async () => {
    const guard = makeGuard({ breakerFailures: 1 })
    const caller = new AbortController()
    const result = run(guard, hang, caller.signal)
    await vi.advanceTimersByTimeAsync(10)
    caller.abort(new Error('caller left'))
    await expect(result).rejects.toThrow('caller left')
    expect(guard.status()).toMatchObject({ inFlight: 0, breaker: 'closed' })
  })

  it('does not begin for a caller who has left already', async () => {
    const attempt = failing(0, reset)
    await expect(run(makeGuard(), attempt, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
    expect(attempt.calls()).toBe(0)
  })
})

describe('concurrency', () => {
  it('runs at most maxConcurrency attempts, queues maxQueue and refuses the next', async () => {
    const guard = makeGuard()
    let running = 0
    let most = 0
    const attempt: Attempt<void> = async (request) => {
      most = Math.max(most, ++running)
      await request((signal) => sleep(100, signal))
      running--
    }
    const accepted = Array.from({ length: 4 }, () => run(guard, attempt))
    await vi.advanceTimersByTimeAsync(0)
    expect(guard.status()).toMatchObject({ inFlight: 2, queued: 2 })
    await expect(run(guard, attempt)).rejects.toMatchObject({
      code: 'origin_unavailable',
      facts: { limit: 2, state: 'queue_full' },
    })
    await vi.runAllTimersAsync()
    await Promise.all(accepted)
    expect(most).toBe(2)
  })
})

describe('rate', () => {
  it('starts no more attempts than the rate allows, in order of arrival', async () => {
    const guard = makeGuard({ ratePerSecond: 10, maxConcurrency: 50, deadlineMs: 60_000 })
    const starts: { index: number; atMs: number }[] = []
    const zeroMs = performance.now()
    const results = Array.from({ length: 31 }, (_, index) =>
      run(guard, async () => {
        starts.push({ index, atMs: performance.now() - zeroMs })
      }),
    )
    await vi.runAllTimersAsync()
    await Promise.all(results)
    expect(starts.map(({ index }) => index)).toEqual([...results.keys()])
    for (const [index, { atMs }] of starts.entries()) expect(atMs).toBeGreaterThanOrEqual((index - 1) * 100)
    expect(starts.at(-1)?.atMs).toBeLessThan(3_200)
  })

  it('makes further requests of one attempt wait for turns, and does not count the wait as the origin’s time', async () => {
    const guard = makeGuard({ ratePerSecond: 1, attemptTimeoutMs: 500 })
    const result = run(guard, async (request) => {
      const starts: number[] = []
      for (let i = 0; i < 3; i++) await request(async () => starts.push(performance.now()))
      return starts
    })
    await vi.runAllTimersAsync()
    const [first = 0, second = 0, third = 0] = await result
    expect(second - first).toBeGreaterThanOrEqual(999)
    expect(third - second).toBeGreaterThanOrEqual(999)
  })

  it('lets a waiter leave without holding up those behind it', async () => {
    const guard = makeGuard({ ratePerSecond: 1, maxConcurrency: 10 })
    await run(guard, async () => 'first')
    const leaving = new AbortController()
    const second = run(guard, async () => 'second', leaving.signal)
    const third = run(guard, async () => 'third')
    await vi.advanceTimersByTimeAsync(500)
    leaving.abort(new Error('left'))
    await expect(second).rejects.toThrow('left')
    await vi.advanceTimersByTimeAsync(501)
    expect(await third).toBe('third')
  })

  it('releases a waiter whose turn lies beyond its deadline', async () => {
    const guard = makeGuard({ ratePerSecond: 1, maxConcurrency: 20, deadlineMs: 2_500 })
    const results = Array.from({ length: 6 }, () => run(guard, async () => 'done'))
    await vi.advanceTimersByTimeAsync(2_500)
    const ends = await Promise.allSettled(results)
    expect(ends.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(guard.status()).toMatchObject({ inFlight: 0, queued: 0, breaker: 'closed' })
  })
})

describe('breaker', () => {
  async function open(guard: OriginGuard): Promise<void> {
    for (let i = 0; i < 3; i++) await expect(run(guard, failing(1, reset))).rejects.toBeInstanceOf(AppError)
  }

  it('opens after failures in a row, refuses without asking, and closes when a probe succeeds', async () => {
    const guard = makeGuard()
    await open(guard)
    const attempt = failing(0, reset)
    await expect(run(guard, attempt)).rejects.toMatchObject({
      code: 'origin_unavailable',
      facts: { state: 'breaker_open', retryAfterMs: 10_000 },
    })
    expect(attempt.calls()).toBe(0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(guard.status().breaker).toBe('half_open')
    expect(await run(guard, attempt)).toBe(1)
    expect(guard.status().breaker).toBe('closed')
  })

  it('asks once while half open, and refuses the probe’s company at once', async () => {
    const guard = makeGuard()
    await open(guard)
    await vi.advanceTimersByTimeAsync(10_000)
    const probe = run(guard, (request) => request((signal) => sleep(100, signal).then(() => 'alive')))
    const company = failing(0, reset)
    await expect(run(guard, company)).rejects.toMatchObject({ code: 'origin_unavailable' })
    expect(company.calls()).toBe(0)
    await vi.advanceTimersByTimeAsync(100)
    expect(await probe).toBe('alive')
    expect(guard.status().breaker).toBe('closed')
  })

  it('does not take a probe that its caller abandoned for a recovery', async () => {
    const guard = makeGuard()
    await open(guard)
    await vi.advanceTimersByTimeAsync(10_000)
    const caller = new AbortController()
    const probe = run(guard, hang, caller.signal)
    await vi.advanceTimersByTimeAsync(1)
    caller.abort(new Error('left'))
    await expect(probe).rejects.toThrow('left')
    expect(guard.status().breaker).toBe('half_open')
  })

  it('stays closed over statuses that show a living origin', async () => {
    const guard = makeGuard({ breakerFailures: 1 })
    for (const status of [400, 403, 429])
      await expect(
        run(
          guard,
          failing(1, () => badStatus(status, undefined, 0)),
        ),
      ).rejects.toBeInstanceOf(AppError)
    expect(guard.status().breaker).toBe('closed')
    await expect(
      run(
        guard,
        failing(1, () => badStatus(500, undefined, 0)),
      ),
    ).rejects.toBeInstanceOf(AppError)
    expect(guard.status().breaker).toBe('open')
  })

  it('tells the origin’s own failure when it opens between two attempts', async () => {
    const guard = makeGuard({ breakerFailures: 1 })
    const result = run(
      guard,
      failing(9, () => badStatus(502, undefined, 0)),
      never,
      3,
    )
    await vi.runAllTimersAsync()
    await expect(result).rejects.toMatchObject({ code: 'origin_failed', facts: { limit: 502 } })
  })

  it('shows the caller an AppError, never what happened inside', async () => {
    const end = await run(makeGuard(), failing(1, reset)).catch((error: unknown) => error)
    expect(end).toBeInstanceOf(AppError)
    expect(end).not.toBeInstanceOf(AttemptFailure)
  })
})
