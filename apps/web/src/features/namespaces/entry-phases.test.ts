import { expect, test } from 'vitest'
import { entryPhases } from './entry-phases'

test('an entry is fresh, then refreshed, then kept for a failing origin', () => {
  const phases = entryPhases({ ttlMs: 60_000, swrMs: 30_000, sieMs: 300_000 })
  expect(phases.map(({ phase, fromMs, toMs }) => [phase, fromMs, toMs])).toEqual([
    ['fresh', 0, 60_000],
    ['revalidate', 60_000, 90_000],
    ['error', 90_000, 360_000],
  ])
})

test('stale-if-error that ends before stale-while-revalidate adds no phase', () => {
  const phases = entryPhases({ ttlMs: 1_000, swrMs: 9_000, sieMs: 5_000 })
  expect(phases.map(({ phase }) => phase)).toEqual(['fresh', 'revalidate'])
})

test('the widths fill the line and leave room for every label', () => {
  const widths = entryPhases({ ttlMs: 1, swrMs: 1, sieMs: 2_592_000_000 }).map(({ width }) => width)
  expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(1)
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(0.2)
})

test('a number that is being typed draws nothing rather than nonsense', () => {
  expect(entryPhases({ ttlMs: Number.NaN, swrMs: 1, sieMs: 1 })).toEqual([])
})
