import { expect, test } from 'vitest'
import { idleNodeMetrics } from '../testing/node-metrics.ts'
import { Histogram } from './histogram.ts'
import { addDeltas, NodeTotals, subtractTotals, totalsOf } from './node-totals.ts'

function readsOf(...microseconds: number[]) {
  const histogram = new Histogram()
  for (const us of microseconds) histogram.record(us)
  return histogram.snapshot()
}

function busy(l1Hits: number, incarnation = 'first') {
  const metrics = idleNodeMetrics()
  metrics.node.incarnation = incarnation
  metrics.counters.requests = { ok: l1Hits, notModified: 1, clientError: 2, serverError: 3 }
  metrics.counters.hits.l1 = l1Hits
  metrics.counters.misses = { absent: 1, expired: 1, invalidated: 1, degraded: 1, bypass: 1 }
  metrics.latency = { get_l1: readsOf(...Array<number>(l1Hits).fill(100)), put: readsOf(9_000) }
  return totalsOf(metrics)
}

test('requests of every status and misses of every reason are counted', () => {
  const { counters } = busy(10)
  expect(counters).toMatchObject({ requests: 16, l1Hits: 10, misses: 5, errors: 3 })
})

test('latency is that of single reads: writes and batches are left out', () => {
  expect(busy(10).latency).toMatchObject({ count: 10, sumUs: 1_000 })
})

test('the difference of two readings is what happened between them', () => {
  const delta = subtractTotals(busy(25), busy(10))
  expect(delta.counters).toMatchObject({ requests: 15, l1Hits: 15, misses: 0, errors: 0 })
  expect(delta.latency.count).toBe(15)
})

test('a restarted node did everything that it counts, even when it counts more than before', () => {
  const delta = subtractTotals(busy(25, 'second'), busy(10, 'first'))
  expect(delta.counters).toMatchObject({ l1Hits: 25, misses: 5 })
  expect(delta.latency.count).toBe(25)
})

test('two stretches added are the whole stretch', () => {
  const [start, middle, end] = [busy(10), busy(25), busy(60)]
  expect(addDeltas(subtractTotals(middle, start), subtractTotals(end, middle))).toEqual(subtractTotals(end, start))
})

test('totals survive being stored as JSON', () => {
  const totals = busy(3)
  expect(NodeTotals.parse(JSON.parse(JSON.stringify(totals)))).toEqual(totals)
})
