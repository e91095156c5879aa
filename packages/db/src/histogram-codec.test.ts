import { Histogram, type HistogramSnapshot } from '@freshet/core/metrics/histogram'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts'

function histogramOf(microseconds: number[]): HistogramSnapshot {
  const histogram = new Histogram()
  for (const us of microseconds) histogram.record(us)
  return histogram.snapshot()
}

test('any histogram comes back as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 })), (microseconds) => {
      const histogram = histogramOf(microseconds)
      expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram)
    }),
  )
})

test('sums and counts beyond 32 bits are kept', () => {
  const histogram: HistogramSnapshot = { count: 2 ** 40, sumUs: 2 ** 50, buckets: [[863, 2 ** 40]] }
  expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram)
})

test('a day of varied latencies takes a few hundred bytes', () => {
  const spread = histogramOf(Array.from({ length: 10_000 }, (_, i) => 50 + ((i * 7_919) % 200_000)))
  expect(encodeHistogram(spread).length).toBeLessThan(900)
})

test('bytes that end inside a number are refused', () => {
  expect(() => decodeHistogram(Uint8Array.of(0x80))).toThrow(/ends inside a number/)
})
