import { emptySnapshot, Histogram } from '@freshet/core/metrics/histogram'
import { mapCounters } from '@freshet/core/metrics/node-totals'
import type { StoredSample } from '@freshet/db/queries/metric-samples'
import { expect, test } from 'vitest'
import { historyPoints } from './metric-history.ts'

function sample(
  nodeId: string,
  fromMs: number,
  toMs: number,
  requests: number,
  latencyUs: number[] = [],
): StoredSample {
  const latency = new Histogram()
  for (const us of latencyUs) latency.record(us)
  return {
    ...{ nodeId, fromMs, toMs },
    delta: {
      counters: mapCounters((counter) => (counter === 'requests' ? requests : 0)),
      ...{ l1Entries: toMs, l1Bytes: 0, latency: latency.snapshot(), propagation: emptySnapshot },
    },
  }
}
const rates = (samples: StoredSample[], sinceMs = 0, stepMs = 5_000) =>
  historyPoints(samples, sinceMs, stepMs).map(({ at, requestsPerS }) => [at, requestsPerS])

test('each step is the sum of the nodes’ rates', () => {
  const samples = [sample('a', 0, 5_000, 50), sample('b', 0, 5_000, 100), sample('a', 5_000, 10_000, 500)]
  expect(rates(samples)).toEqual([
    [5_000, 30],
    [10_000, 100],
  ])
})

test('a reading that begins and ends between steps is shared by time', () => {
  expect(rates([sample('a', 2_500, 7_500, 100), sample('a', 7_500, 10_000, 50)])).toEqual([
    [5_000, 10],
    [10_000, 20],
  ])
})

test('a node that could not be read for a while is spread over it, and is no spike', () => {
  const points = rates([sample('a', 0, 5_000, 50), sample('a', 5_000, 25_000, 200)])
  expect(points.map(([, rate]) => rate)).toEqual([10, 10, 10, 10, 10])
})

test('what happened before the window is not in it', () => {
  expect(rates([sample('a', 0, 10_000, 100)], 5_000)).toEqual([[10_000, 10]])
})

test('a stretch without any sample has no point: nothing is known, which is not nothing', () => {
  expect(rates([sample('a', 0, 5_000, 50), sample('a', 15_000, 20_000, 50)]).map(([at]) => at)).toEqual([5_000, 20_000])
})

test('the newest step, still short, is no dip', () => {
  expect(rates([sample('a', 0, 60_000, 600), sample('a', 60_000, 75_000, 150)], 0, 60_000)).toEqual([
    [60_000, 10],
    [75_000, 10],
  ])
})

test('quantiles are of all readings in the step, gauges of the last one of each node', () => {
  const [point] = historyPoints(
    [
      sample('a', 0, 5_000, 1, Array<number>(99).fill(1_000)),
      sample('a', 5_000, 10_000, 1, [100_000]),
      sample('b', 5_000, 10_000, 1),
    ],
    0,
    10_000,
  )
  expect(point?.p50Ms).toBeCloseTo(1, 1)
  expect(point?.l1Entries).toBe(20_000)
})

test('without samples there are no points', () => {
  expect(historyPoints([], 0, 5_000)).toEqual([])
})
