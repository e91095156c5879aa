import { ManualClock } from '@freshet/core/testing/manual-clock'
import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('work that is fast waits, so that a second holds what it may', () => {
  const clock = new ManualClock()
  const pace = new Pace(clock, 1_000)
  let done = 0
  const startedMs = clock.monotonicMs()
  while (clock.monotonicMs() - startedMs < 1_000) {
    done += 100
    clock.advance(pace.pauseAfter(100))
  }
  expect(done).toBe(1_000)
})

test('time that the work itself took counts', () => {
  const clock = new ManualClock()
  const pace = new Pace(clock, 1_000)
  clock.advance(80)
  expect(pace.pauseAfter(100)).toBe(20)
  clock.advance(150)
  expect(pace.pauseAfter(100)).toBe(0)
})

test('a long standstill is not made up for in one burst', () => {
  const clock = new ManualClock()
  const pace = new Pace(clock, 1_000)
  clock.advance(3_600_000)
  expect(pace.pauseAfter(1_000)).toBe(0)
  expect(pace.pauseAfter(1_000)).toBe(1_000)
})
