import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { expect, test } from 'vitest'
import { joinSeries } from './join-series'
import { mergeSamples } from './merge-samples'

const NOW = 1_000_000_000

function sample(at: number, facts: Partial<TrafficSample> = {}): TrafficSample {
  return {
    at,
    requestsPerS: 10,
    hitRatio: 0.5,
    l1HitsPerS: 4,
    l2HitsPerS: 1,
    peerHitsPerS: 0,
    missesPerS: 5,
    stalePerS: 0,
    originLoadsPerS: 5,
    originFailuresPerS: 0,
    writesPerS: 0,
    invalidationsPerS: 0,
    evictionsPerS: 0,
    errorsPerS: 0,
    p50Ms: 1,
    p90Ms: 2,
    p95Ms: 3,
    p99Ms: 4,
    propagationP99Ms: null,
    l1Entries: 1,
    l1Bytes: 1,
    ...facts,
  }
}

const times = (points: { at: number }[]) => points.map((point) => NOW - point.at)

test('in the shortest window, live points take over from the history where they begin', () => {
  const history = [sample(NOW - 20_000), sample(NOW - 15_000), sample(NOW - 2_000)]
  const live = [sample(NOW - 3_000), sample(NOW - 2_000), sample(NOW - 1_000)]
  expect(times(joinSeries(history, live, '1m', NOW))).toEqual([20_000, 15_000, 3_000, 2_000, 1_000])
})

test('in longer windows, the history counts as far as it reaches', () => {
  const history = [sample(NOW - 60_000), sample(NOW - 10_000)]
  const live = [sample(NOW - 12_000), sample(NOW - 10_000), sample(NOW - 4_000)]
  const points = joinSeries(history, live, '5m', NOW)
  expect(times(points).filter((ago) => ago <= 12_000)).toEqual([10_000, 4_000])
})

test('what lies before the window is left out', () => {
  expect(times(joinSeries([sample(NOW - 61_000), sample(NOW - 59_000)], [], '1m', NOW))).toEqual([59_000])
})

test('a long silence breaks the line, a short one does not', () => {
  const points = joinSeries([sample(NOW - 50_000), sample(NOW - 45_000), sample(NOW - 10_000)], [], '1m', NOW)
  expect(times(points)).toEqual([50_000, 45_000, 44_999, 10_000])
  expect(points[2]).toEqual({ at: NOW - 44_999 })
})

test('long windows are thinned to one point per step', () => {
  const live = Array.from({ length: 300 }, (_, second) => sample(NOW - 300_000 + second * 1_000))
  expect(joinSeries([], live, '1h', NOW).length).toBeLessThanOrEqual(11)
})

test('a finished step and the one that follows it are two points, and so a line', () => {
  const edge = Math.floor(NOW / 60_000) * 60_000
  const points = joinSeries([sample(edge)], [sample(edge + 1_000), sample(edge + 2_000)], '1h', edge + 3_000)
  expect(points.map((point) => point.at)).toEqual([edge, edge + 2_000])
})

test('merging averages rates, and weighs latencies by requests and the hit ratio by reads', () => {
  const quiet = sample(1, {
    requestsPerS: 0,
    hitRatio: 1,
    l1HitsPerS: 0,
    l2HitsPerS: 0,
    peerHitsPerS: 1,
    missesPerS: 0,
    p99Ms: 9,
  })
  const busy = sample(2, { requestsPerS: 100, hitRatio: 0, l1HitsPerS: 0, l2HitsPerS: 0, missesPerS: 99, p99Ms: 7 })
  const merged = mergeSamples([quiet, busy])
  expect(merged).toMatchObject({
    at: 2,
    requestsPerS: 50,
    peerHitsPerS: 0.5,
    hitRatio: 0.01,
    p99Ms: 7,
    propagationP99Ms: null,
  })
})

test('intervals without reads leave the hit ratio unknown', () => {
  const idle = sample(1, { hitRatio: null, l1HitsPerS: 0, l2HitsPerS: 0, missesPerS: 0 })
  expect(mergeSamples([idle, { ...idle, at: 2 }]).hitRatio).toBeNull()
})
