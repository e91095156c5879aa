import { expect, it } from 'vitest'
import { median, percentile } from './statistics.ts'

it.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
  [[10, 9, 100], 10],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

it('has no median of nothing', () => {
  expect(median([])).toBeNaN()
})

it.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('%d of the numbers up to 100 do not exceed %d', (share, expected) => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(percentile(values, share)).toBe(expected)
})
