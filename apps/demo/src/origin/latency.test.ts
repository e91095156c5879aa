import { expect, it } from 'vitest'
import { drawLatencyMs } from './latency.ts'

it('draws half of all latencies above the median and a tail of a few times that', () => {
  const drawn = Array.from({ length: 20_000 }, () => drawLatencyMs(60)).toSorted((a, b) => a - b)
  const at = (q: number) => drawn[Math.floor(q * drawn.length)] ?? 0
  expect(at(0.5)).toBeGreaterThan(57)
  expect(at(0.5)).toBeLessThan(63)
  expect(at(0.1)).toBeGreaterThan(32)
  expect(at(0.9)).toBeLessThan(110)
  expect(at(0.99)).toBeGreaterThan(130)
  expect(at(0.99)).toBeLessThan(180)
})

it('is finite whatever the dice say', () => {
  for (const dice of [0, 0.5, 1 - Number.EPSILON / 2]) expect(Number.isFinite(drawLatencyMs(60, () => dice))).toBe(true)
})
