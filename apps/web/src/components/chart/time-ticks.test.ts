import { expect, test } from 'vitest'
import { formatClock, timeTicks } from './time-ticks'

const FROM = new Date(2026, 5, 1, 12, 0, 7).getTime()

test.each([60_000, 300_000, 3_600_000, 86_400_000])('an interval of %d ms gets a few round ticks', (spanMs) => {
  const ticks = timeTicks(FROM, FROM + spanMs)
  expect(ticks.length).toBeGreaterThanOrEqual(4)
  expect(ticks.length).toBeLessThanOrEqual(7)
  expect(ticks.every((at) => at >= FROM && at <= FROM + spanMs)).toBe(true)
  expect(ticks.every((at) => new Date(at).getSeconds() % 5 === 0)).toBe(true)
})

test('ticks of a day stand at whole hours of local time', () => {
  expect(timeTicks(FROM, FROM + 86_400_000).every((at) => new Date(at).getMinutes() === 0)).toBe(true)
})

test('seconds are written only where they matter', () => {
  expect(formatClock(FROM, 60_000)).toBe('12:00:07')
  expect(formatClock(FROM, 3_600_000)).toBe('12:00')
})
