import { AppError } from '@freshet/core/errors/app-error'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AttemptFailure, badStatus } from './attempt-failure.ts'
import type { Attempt, OriginGuard } from './origin-guard.ts'
import { failing, hang, makeGuard, never, reset, run } from './testing/guarded-attempts.ts'
import { sleep } from './with-deadline.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
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
