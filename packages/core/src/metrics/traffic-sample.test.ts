import { expect, test } from 'vitest'
import { emptySnapshot, Histogram } from './histogram.ts'
import { mapCounters, type NodeDelta } from './node-totals.ts'
import { trafficSample } from './traffic-sample.ts'

function delta(counters: Partial<NodeDelta['counters']>, ...latencyUs: number[]): NodeDelta {
  const latency = new Histogram()
  for (const us of latencyUs) latency.record(us)
  return {
    counters: mapCounters((counter) => counters[counter] ?? 0),
    l1Entries: 0,
    l1Bytes: 0,
    latency: latency.snapshot(),
    propagation: emptySnapshot,
  }
}

test('rates of nodes read over different times are added', () => {
  const sample = trafficSample(
    5,
    [
      { delta: delta({ requests: 100 }), perSecond: 1 },
      { delta: delta({ requests: 100 }), perSecond: 0.5 },
    ],
    [],
  )
  expect(sample).toMatchObject({ at: 5, requestsPerS: 150 })
})

test('known absences are hits, stale answers are reads that were none', () => {
  const counters = { l1Hits: 5, l2Hits: 2, negativeHits: 1, staleHits: 1, misses: 1 }
  expect(trafficSample(0, [{ delta: delta(counters), perSecond: 1 }], []).hitRatio).toBeCloseTo(0.8)
})

test('without reads there is no hit ratio and no quantile', () => {
  expect(trafficSample(0, [{ delta: delta({ writes: 4 }), perSecond: 1 }], [])).toMatchObject({
    hitRatio: null,
    p50Ms: null,
    p99Ms: null,
    writesPerS: 4,
  })
})

test('quantiles are those of all nodes together, not an average of theirs', () => {
  const quick = delta({}, ...Array<number>(99).fill(1_000))
  const slow = delta({}, 500_000)
  const sample = trafficSample(
    0,
    [quick, slow].map((each) => ({ delta: each, perSecond: 1 })),
    [],
  )
  expect(sample.p50Ms).toBeCloseTo(1, 1)
  expect(sample.p99Ms).toBeCloseTo(1, 1)
  const nearlyAll = trafficSample(
    0,
    [
      { delta: delta({}, 1_000), perSecond: 1 },
      { delta: slow, perSecond: 1 },
    ],
    [],
  )
  expect(nearlyAll.p99Ms).toBeGreaterThan(480)
})

test('gauges are added once per node', () => {
  expect(
    trafficSample(
      0,
      [],
      [
        { l1Entries: 1, l1Bytes: 10 },
        { l1Entries: 2, l1Bytes: 20 },
      ],
    ),
  ).toMatchObject({
    l1Entries: 3,
    l1Bytes: 30,
  })
})
