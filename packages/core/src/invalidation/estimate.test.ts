import { describe, expect, it } from 'vitest'
import { estimateBytes, estimateCount, type Part } from './estimate.ts'

const part = (population: number, looked: number, matched: number): Part => ({
  population,
  looked,
  matched,
  complete: looked === population,
})

/** A generator of the same numbers in every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('a count', () => {
  it('is exact when every key was looked at', () => {
    expect(estimateCount([part(100, 100, 7), part(50, 50, 0)])).toEqual({
      count: 7,
      exact: true,
      standardError: 0,
      low: 7,
      high: 7,
    })
    expect(estimateCount([])).toMatchObject({ count: 0, exact: true, high: 0 })
  })

  it('is scaled up from a sample, with its error', () => {
    const estimate = estimateCount([part(1_000_000, 10_000, 1_000)])
    expect(estimate).toMatchObject({ count: 100_000, exact: false })
    // sqrt(0.1 * 0.9 / 10,000) = 0.3% of a million, a little less for the 1% that is known.
    expect(estimate.standardError).toBeCloseTo(2_985, -1)
    expect(estimate.low).toBeCloseTo(94_280, -3)
    expect(estimate.high).toBeCloseTo(106_010, -3)
  })

  it('of nothing found is no certain zero', () => {
    const { count, low, high } = estimateCount([part(1_000_000, 10_000, 0)])
    expect([count, low]).toEqual([0, 0])
    // The rule of three gives 300; Wilson is a little wider.
    expect(high).toBeGreaterThan(300)
    expect(high).toBeLessThan(400)
  })

  it('of nothing looked at may be anything', () => {
    expect(estimateCount([part(5, 5, 2), { ...part(100, 0, 0), complete: false }])).toMatchObject({ low: 2, high: 102 })
  })

  it('never contradicts what was seen', () => {
    expect(estimateCount([part(100, 99, 99)])).toMatchObject({ low: 99, high: 100 })
    expect(estimateCount([part(100, 99, 0)])).toMatchObject({ low: 0, high: 1 })
    expect(estimateCount([{ population: 90, looked: 100, matched: 40, complete: false }]).low).toBeGreaterThanOrEqual(
      40,
    )
  })

  it('holds what it promises: the truth lies between its limits 19 times of 20, in one part or in three', () => {
    const random = randomOf(7)
    const sample = (population: number, looked: number, share: number) => {
      const truth = Array.from({ length: population }, () => random() < share)
      // The first keys of an order without meaning, as SCAN gives them.
      const matched = truth.slice(0, looked).filter(Boolean).length
      return { truth: truth.filter(Boolean).length, part: part(population, looked, matched) }
    }
    for (const shapes of [
      [[2_000, 200, 0.3]],
      [[2_000, 200, 0.005]],
      [
        [3_000, 300, 0.1],
        [800, 80, 0.5],
        [500, 400, 0.02],
      ],
    ]) {
      const rounds = 400
      let held = 0
      for (let round = 0; round < rounds; round++) {
        const samples = shapes.map(([population = 0, looked = 0, share = 0]) => sample(population, looked, share))
        const truth = samples.reduce((sum, one) => sum + one.truth, 0)
        const { low, high } = estimateCount(samples.map((one) => one.part))
        if (low <= truth && truth <= high) held++
      }
      expect(held / rounds).toBeGreaterThan(0.92)
    }
  })
})

describe('bytes', () => {
  const counted = (count: number, exact: boolean, standardError = 0) => ({
    count,
    exact,
    standardError,
    low: 0,
    high: 0,
  })

  it('are exact when each match was measured', () => {
    expect(estimateBytes([10, 20, 30], counted(3, true))).toEqual({ bytes: 60, exact: true, standardError: 0 })
    expect(estimateBytes([], counted(0, true))).toEqual({ bytes: 0, exact: true, standardError: 0 })
  })

  it('are scaled up, and as uncertain as sizes and count together', () => {
    expect(estimateBytes([10, 10, 10, 10], counted(1_000, true))).toEqual({
      bytes: 10_000,
      exact: false,
      standardError: 0,
    })
    expect(estimateBytes([10, 10, 10], counted(1_000, false, 50)).standardError).toBeCloseTo(500)
    // Sizes 10 and 30: mean 20, its error 10.
    expect(estimateBytes([10, 30], counted(1_000, true)).standardError).toBeCloseTo(10_000)
    expect(estimateBytes([10], counted(1_000, true)).standardError).toBeCloseTo(10_000)
  })
})
