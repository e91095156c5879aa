import { expect, it } from 'vitest'
import { waveAt } from './day-wave.ts'

it('rises and sinks once a day around a mean of 1', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => waveAt(hour * 25, 600))
  expect(hours.reduce((sum, share) => sum + share, 0) / 24).toBeCloseTo(1)
  expect(hours.indexOf(Math.max(...hours))).toBe(6)
  expect(hours.indexOf(Math.min(...hours))).toBe(18)
  expect(waveAt(150, 600)).toBeCloseTo(waveAt(750, 600))
})
