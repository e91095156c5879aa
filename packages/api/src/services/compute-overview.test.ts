import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { Histogram } from '@freshet/core/metrics/histogram'
import { announcementOf } from '@freshet/core/testing/announcement'
import { idleNodeMetrics } from '@freshet/core/testing/node-metrics'
import { expect, test } from 'vitest'
import type { ClusterReading, NodeReading } from './cluster-reading.ts'
import { computeOverview } from './compute-overview.ts'

const announcement = (id: string, draining = false) => announcementOf(id, { draining })

/** A node as seen at `at`, changed by the test. */
function node(id: string, at: number, change: (metrics: NodeMetrics) => void = () => {}): NodeReading {
  const metrics = idleNodeMetrics(id, at)
  change(metrics)
  return { announcement: announcement(id), metrics, known: { metrics, at } }
}
const silent = (before: NodeReading): NodeReading => ({ ...before, metrics: null })
const reading = (at: number, nodes: NodeReading[], controlRevision = 0): ClusterReading => ({
  ...{ at, nodes, controlRevision },
  redisReachable: true,
})
function readsOf(...microseconds: number[]) {
  const histogram = new Histogram()
  for (const us of microseconds) histogram.record(us)
  return histogram.snapshot()
}

test('rates are what was counted between two looks, by the node’s own clock', () => {
  const overview = computeOverview(
    reading(1_000, [node('a', 500_000, ({ counters }) => (counters.hits.l1 = 100))]),
    // The portal looked again after 3 s by its own clock; by the node's 2 s had passed.
    reading(4_000, [node('a', 502_000, ({ counters }) => (counters.hits.l1 = 300))]),
  )
  expect(overview.total.l1HitsPerS).toBe(100)
  expect(overview.nodes[0]?.sample?.l1HitsPerS).toBe(100)
  expect(overview.problems).toEqual([])
})

test('nodes are added, and their latencies merged before the quantile is taken', () => {
  const before = [node('a', 0), node('b', 0)]
  const after = [
    node('a', 1_000, (metrics) => {
      metrics.counters.requests.ok = 99
      metrics.latency.get_l1 = readsOf(...Array<number>(99).fill(100))
      metrics.gauges.l1Entries = 3
    }),
    node('b', 1_000, (metrics) => {
      metrics.counters.requests.ok = 1
      metrics.latency.get_origin = readsOf(50_000)
      metrics.gauges.l1Entries = 4
    }),
  ]
  const { total } = computeOverview(reading(0, before), reading(1_000, after))
  expect(total).toMatchObject({ requestsPerS: 100, l1Entries: 7 })
  expect(total.p99Ms).toBeCloseTo(0.1, 2)
})

test('a restarted node is not negative: it did what it counts since', () => {
  const before = node('a', 0, ({ counters }) => (counters.hits.l1 = 1_000_000))
  const after = node('a', 1_000, (metrics) => {
    metrics.node.incarnation = 'second'
    metrics.counters.hits.l1 = 5
    metrics.namespaces.shop = { ...idleNamespace, hits: 5 }
  })
  const overview = computeOverview(reading(0, [before]), reading(1_000, [after]))
  expect(overview.total.l1HitsPerS).toBe(5)
  expect(overview.namespaces).toMatchObject([{ name: 'shop', requestsPerS: 5 }])
})

test('a node that does not answer is shown with what was last known, and adds nothing', () => {
  const before = node('a', 10_000, (metrics) => {
    metrics.coherence.applied = 7
    metrics.coherence.tail = 9
    metrics.gauges.rssBytes = 5
  })
  const overview = computeOverview(reading(0, [before]), reading(1_000, [silent(before)]))
  expect(overview.nodes).toMatchObject([
    {
      id: 'a',
      reachable: false,
      state: 'unreachable',
      applied: 7,
      lagEpochs: 2,
      rssBytes: 5,
      uptimeMs: 10_000,
      sample: null,
    },
  ])
  expect(overview.total.requestsPerS).toBe(0)
  expect(overview.problems).toEqual(['Node a does not answer at http://a.test.'])
})

test('when it answers again, what it did is spread over the time away', () => {
  const before = node('a', 0)
  const away = reading(1_000, [silent(before)])
  const back = node('a', 4_000, ({ counters }) => (counters.hits.l1 = 400))
  expect(computeOverview(away, reading(4_000, [back])).total.l1HitsPerS).toBe(100)
})

test('a node seen for the first time has no rate yet', () => {
  const newcomer = node('b', 1_000, ({ counters }) => (counters.hits.l1 = 9_999))
  const overview = computeOverview(reading(0, [node('a', 0)]), reading(1_000, [node('a', 1_000), newcomer]))
  expect(overview.total.l1HitsPerS).toBe(0)
  expect(overview.nodes[1]).toMatchObject({ id: 'b', reachable: true, sample: null })
})

const idleNamespace = { hits: 0, misses: 0, stale: 0, loads: 0, loadFailures: 0, writes: 0, invalidations: 0 }

test('namespaces are added over nodes, busiest first', () => {
  const busy = (id: string, at: number, hits: number) =>
    node(id, at, ({ namespaces }) => {
      namespaces.shop = { ...idleNamespace, hits, misses: hits }
      namespaces.users = { ...idleNamespace, hits: hits * 3, loads: hits, loadFailures: 1 }
    })
  const { namespaces } = computeOverview(
    reading(0, [busy('a', 0, 0), busy('b', 0, 0)]),
    reading(1_000, [busy('a', 1_000, 10), busy('b', 1_000, 20)]),
  )
  expect(namespaces).toEqual([
    { name: 'users', requestsPerS: 90, hitRatio: 1, loadsPerS: 30, loadFailuresPerS: 0 },
    { name: 'shop', requestsPerS: 60, hitRatio: 0.5, loadsPerS: 0, loadFailuresPerS: 0 },
  ])
})

test('a namespace that a node did not list before has no rate yet: what it counts may be days old', () => {
  const after = node('a', 1_000, ({ namespaces }) => (namespaces.shop = { ...idleNamespace, hits: 1_000_000 }))
  expect(computeOverview(reading(0, [node('a', 0)]), reading(1_000, [after])).namespaces).toEqual([])
})

test.each<[string, (metrics: NodeMetrics) => void, RegExp]>([
  ['cannot follow the log', (metrics) => (metrics.coherence.state = 'degraded'), /degraded/],
  ['is catching up', (metrics) => (metrics.coherence.state = 'syncing'), /catching up/],
  ['lags', (metrics) => (metrics.coherence.tail = 500), /500 invalidations behind/],
  ['fails at its second tier', (metrics) => (metrics.counters.l2Errors = 3), /second tier/],
  ['is overloaded', (metrics) => (metrics.gauges.eventLoopLagMs = 900), /lags by 900 ms/],
  [
    'gave up on an origin',
    (metrics) => (metrics.origins.shop = { breaker: 'open', inFlight: 0, queued: 0 }),
    /origin of "shop"/,
  ],
  [
    'follows old policies',
    (metrics) => (metrics.gauges.controlRevision = 2),
    /revision 2 of the policies; 3 is in force/,
  ],
])('a node that %s is a problem, told in a sentence', (_case, change, sentence) => {
  const current = (metrics: NodeMetrics) => (metrics.gauges.controlRevision = 3)
  const overview = computeOverview(
    reading(0, [node('a', 0, current)], 3),
    reading(
      1_000,
      [
        node('a', 1_000, (metrics) => {
          current(metrics)
          change(metrics)
        }),
      ],
      3,
    ),
  )
  expect(overview.problems).toEqual([expect.stringMatching(sentence)])
})

test('a revision published just now is no node’s fault yet', () => {
  const overview = computeOverview(reading(0, [node('a', 0)], 0), reading(1_000, [node('a', 1_000)], 1))
  expect(overview.problems).toEqual([])
})

test('no node and no Redis are problems too; a node that leaves in good order is none', () => {
  expect(computeOverview(reading(0, []), reading(1, [])).problems).toEqual([expect.stringMatching(/No cache node/)])
  const alone = { ...reading(1, [node('a', 1)]), redisReachable: false, controlRevision: null }
  expect(computeOverview(reading(0, [node('a', 0)]), alone).problems).toEqual(['Redis does not answer the portal.'])
  const leaving = { ...silent(node('a', 0)), announcement: announcement('a', true) }
  expect(computeOverview(reading(0, [node('a', 0)]), reading(1, [leaving])).problems).toEqual([])
})

test('a node owns its weighted share of the keys, and none while it drains or stays out of the ring', () => {
  const seen = (id: string, facts: Parameters<typeof announcementOf>[1]) => ({
    ...node(id, 0),
    announcement: announcementOf(id, facts),
  })
  const nodes = [
    seen('heavy', { weight: 300, zone: 'eu-1' }),
    seen('light', { weight: 100 }),
    seen('leaving', { draining: true }),
    seen('outside', { inRing: false }),
  ]
  const overview = computeOverview(reading(0, nodes), reading(1_000, nodes))
  const [heavy, light, leaving, outside] = overview.nodes
  expect((heavy?.ringShare ?? 0) + (light?.ringShare ?? 0)).toBeCloseTo(1)
  expect(heavy?.ringShare).toBeGreaterThan(0.65)
  expect(heavy).toMatchObject({ weight: 300, zone: 'eu-1', draining: false })
  expect([leaving?.ringShare, leaving?.draining, outside?.ringShare]).toEqual([null, true, null])
})

test('nodes that go on following different lists of nodes are told of; a moment of it is usual', () => {
  const following = (id: string, version: string | null) => node(id, 0, (metrics) => (metrics.ring.version = version))
  const apart = reading(1_000, [following('a', 'one'), following('b', 'another'), following('c', null)])
  const together = reading(2_000, [following('a', 'one'), following('b', 'one'), following('c', null)])
  expect(computeOverview(together, apart).problems).toEqual([])
  expect(computeOverview(apart, together).problems).toEqual([])
  expect(computeOverview(apart, apart).problems).toEqual([expect.stringContaining('do not agree')])
})

test('hits at another node are hits, and counted apart', () => {
  const { total } = computeOverview(
    reading(0, [node('a', 0)]),
    reading(1_000, [
      node('a', 1_000, ({ counters }) => {
        counters.hits.peer = 30
        counters.misses.absent = 10
      }),
    ]),
  )
  expect(total).toMatchObject({ peerHitsPerS: 30, hitRatio: 0.75 })
})
