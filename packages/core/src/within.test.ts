import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { attemptWithin, within } from './within.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('is the value when that comes in time, and leaves no timer behind', async () => {
  expect(await within(Promise.resolve('value'), 1_000)).toBe('value')
  expect(vi.getTimerCount()).toBe(0)
})

it('is null when it takes longer, and a failure that comes later disturbs nobody', async () => {
  let fail = (_error: Error) => {}
  const promise = new Promise<string>((_, reject) => {
    fail = reject
  })
  const result = within(promise, 1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await result).toBeNull()
  // An unhandled rejection would fail the run.
  fail(new Error('late'))
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})

it('fails as the promise fails when that comes in time', async () => {
  await expect(within(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no')
  expect(vi.getTimerCount()).toBe(0)
})

it('what is only attempted comes to nothing when it fails, in time or later', async () => {
  expect(await attemptWithin(Promise.resolve('value'), 1_000)).toBe('value')
  expect(await attemptWithin(Promise.reject(new Error('no')), 1_000)).toBeNull()
})

it('does not wait for a limit that has passed', async () => {
  const result = attemptWithin(new Promise<string>(() => {}), -1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await result).toBeNull()
})
