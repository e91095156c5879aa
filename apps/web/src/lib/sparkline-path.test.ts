import { expect, test } from 'vitest'
import { sparklinePath } from './sparkline-path'

test('nothing known draws nothing', () => {
  expect(sparklinePath([], 100, 20)).toEqual({ line: '', area: '' })
  expect(sparklinePath([null, null], 100, 20)).toEqual({ line: '', area: '' })
})

test('the line runs over the whole width, with the largest value at the top and zero at the foot', () => {
  expect(sparklinePath([0, 10], 100, 20).line).toBe('M0 19L100 1')
})

test('a gap in the values is a gap in the line', () => {
  expect(sparklinePath([0, null, 10], 100, 20).line).toBe('M0 19M100 1')
})

test('values that stay close together high above zero still show their shape', () => {
  const [first, second] = sparklinePath([99, 100], 100, 20).line.slice(1).split('L')
  const y = (point: string | undefined) => Number(point?.split(' ')[1])
  expect(y(first) - y(second)).toBeGreaterThan(10)
})
