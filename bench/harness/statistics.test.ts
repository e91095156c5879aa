import { expect, it } from 'vitest'
import { median } from './statistics.ts'

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
