import { expect, test } from 'vitest'
import { logScale } from './log-scale'

test('the scale runs over whole powers of ten around all values', () => {
  expect(logScale([0.08, 1.4, 85])).toEqual({ kind: 'log', domain: [0.01, 100], ticks: [0.01, 0.1, 1, 10, 100] })
})

test('one value still gets a scale with two ends', () => {
  expect(logScale([10])).toEqual({ kind: 'log', domain: [10, 100], ticks: [10, 100] })
})

test('zeros and gaps are left out; nothing at all draws an empty linear axis', () => {
  expect(logScale([null, 0, 5])).toMatchObject({ domain: [1, 10] })
  expect(logScale([null, 0])).toEqual({ kind: 'linear', domain: [0, 1], ticks: [] })
})
