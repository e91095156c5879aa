import { expect, test } from 'vitest'
import { at, lineThrough } from './redis-costs.ts'

test('a line goes through both measurements', () => {
  const line = lineThrough([10, 50], [1_000, 1_040])
  expect(line).toEqual({ base: 40, each: 1 })
  expect(at(line, 500)).toBe(540)
})

test('a cost that did not grow has no share of each member, and none is below zero', () => {
  expect(lineThrough([10, 50], [1_000, 40])).toEqual({ base: 50, each: 0 })
  expect(lineThrough([10, 1], [1_000, 1_000]).base).toBe(0)
})
