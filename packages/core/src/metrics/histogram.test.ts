import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  BUCKETS,
  bucketFloor,
  bucketOf,
  emptySnapshot,
  Histogram,
  mergeSnapshots,
  quantileUs,
  subtractSnapshot,
} from './histogram.ts'

const us = fc.integer({ min: 0, max: 0xffffffff })

it('puts every value into the bucket whose floor is at most it and whose next floor is above it', () => {
  fc.assert(
    fc.property(us, (value) => {
      const index = bucketOf(value)
      expect(index).toBeLessThan(BUCKETS)
      expect(bucketFloor(index)).toBeLessThanOrEqual(value)
      if (index + 1 < BUCKETS) expect(bucketFloor(index + 1)).toBeGreaterThan(value)
    }),
  )
})

it('keeps what is beyond its range in its last bucket, and what is below in its first', () => {
  expect(bucketOf(1e15)).toBe(BUCKETS - 1)
  expect([bucketOf(-5), bucketOf(0.4), bucketOf(1.9)]).toEqual([0, 0, 1])
})

it('is off by at most 3.2% at every quantile', () => {
  fc.assert(
    fc.property(
      fc.array(us, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const histogram = new Histogram()
        for (const value of values) histogram.record(value)
        const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? 0
        const estimate = quantileUs(histogram.snapshot(), q) ?? -1
        // The middle of the bucket: half a step off at most, and half a microsecond below 32.
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact / 32 + 0.5)
      },
    ),
  )
})

it('merges as if one histogram had recorded it all, and subtracts what was there before', () => {
  fc.assert(
    fc.property(fc.array(us), fc.array(us), (before, after) => {
      const [all, first, second] = [new Histogram(), new Histogram(), new Histogram()]
      for (const value of before) for (const histogram of [all, first]) histogram.record(value)
      for (const value of after) for (const histogram of [all, second]) histogram.record(value)
      expect(mergeSnapshots([first.snapshot(), second.snapshot()])).toEqual(all.snapshot())
      expect(subtractSnapshot(all.snapshot(), first.snapshot())).toEqual(second.snapshot())
    }),
  )
})

it('takes a smaller count than before for a process that began anew', () => {
  const [before, restarted] = [new Histogram(), new Histogram()]
  for (let i = 0; i < 5; i++) before.record(10)
  restarted.record(99)
  expect(subtractSnapshot(restarted.snapshot(), before.snapshot())).toEqual(restarted.snapshot())
})

it('has no quantiles while it is empty', () => {
  expect(quantileUs(emptySnapshot, 0.5)).toBeNull()
})
