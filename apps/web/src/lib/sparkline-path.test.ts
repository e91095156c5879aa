import { expect, test } from 'vitest'
import { sparklinePath } from './sparkline-path'

const trend = (...points: [number, number | null][]) => points.map(([x, y]) => ({ x, y }))

test('nothing known draws nothing', () => {
  expect(sparklinePath([], 100, 20)).toEqual({ line: '', area: '' })
  expect(sparklinePath(trend([0, null], [1, null]), 100, 20)).toEqual({ line: '', area: '' })
})

test('a point stands where its time is, the largest value at the top and zero at the foot', () => {
  const { line, area } = sparklinePath(trend([0.5, 0], [1, 10]), 100, 20)
  expect(line).toBe('M50 19L100 1')
  expect(area).toBe('M50 19L100 1L100 20L50 20Z')
})

test('a gap in what is known is a gap in the line', () => {
  expect(sparklinePath(trend([0, 0], [0.5, null], [1, 10]), 100, 20).line).toBe('M0 19M100 1')
})

test('values that stay close together high above zero still show their shape', () => {
  const [first, second] = sparklinePath(trend([0, 99], [1, 100]), 100, 20)
    .line.slice(1)
    .split('L')
  const y = (point: string | undefined) => Number(point?.split(' ')[1])
  expect(y(first) - y(second)).toBeGreaterThan(10)
})
