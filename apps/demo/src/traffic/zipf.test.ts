import { expect, it } from 'vitest'
import { zipf } from './zipf.ts'

const DRAWS = 200_000

function countRanks(count: number, exponent: number): number[] {
  const draw = zipf(count, exponent)
  const seen = new Array<number>(count + 1).fill(0)
  for (let i = 0; i < DRAWS; i++) {
    const rank = draw()
    seen[rank] = (seen[rank] ?? Number.NaN) + 1
  }
  return seen
}

it('draws each rank in proportion to 1 / rank^exponent', () => {
  const seen = countRanks(1_000, 0.9)
  const first = seen[1] ?? 0
  for (const rank of [2, 5, 10, 20]) {
    const share = (seen[rank] ?? 0) / first
    expect(share).toBeGreaterThan(rank ** -0.9 * 0.85)
    expect(share).toBeLessThan(rank ** -0.9 * 1.15)
  }
})

it('draws every rank from the first to the last and none beyond', () => {
  const seen = countRanks(50, 0.5)
  expect(seen[0]).toBe(0)
  expect(seen.slice(1).every((n) => n > 0)).toBe(true)
  expect(seen).toHaveLength(51)
  expect(seen.reduce((sum, n) => sum + n, 0)).toBe(DRAWS)
})

it.each([
  [0, 1],
  [1 - Number.EPSILON / 2, 7],
])('answers the extreme dice %d with rank %d', (dice, rank) => {
  expect(zipf(7, 1, () => dice)()).toBe(rank)
})
