import { expect, test } from 'vitest'
import { Gaps } from './gaps.ts'

test('the longest stretch between two good answers, or since the last one', () => {
  const gaps = new Gaps()
  expect(gaps.longestMs(1_000)).toBe(0)
  for (const atMs of [100, 150, 400, 420]) gaps.answered(atMs)
  expect(gaps.longestMs(430)).toBe(250)
  expect(gaps.longestMs(1_420)).toBe(1_000)
})
