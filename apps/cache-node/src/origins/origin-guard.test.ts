import { AppError } from '@freshet/core/errors/app-error'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { badAnswer, badStatus } from './attempt-failure.ts'
import { failing, hang, makeGuard, never, reset, run } from './testing/guarded-attempts.ts'

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
