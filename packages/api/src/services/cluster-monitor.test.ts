import { systemClock } from '@freshet/core/clock'
import type { ClusterOverview } from '@freshet/core/contracts/cluster-overview'
import { announcementOf } from '@freshet/core/testing/announcement'
import { idleNodeMetrics } from '@freshet/core/testing/node-metrics'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createClusterMonitor } from './cluster-monitor.ts'
import type { ClusterReader } from './cluster-reading.ts'

const announcement = announcementOf('a')

/** A cluster of one node that serves 100 hits a second; counts how often it was looked at. */
function setUp() {
  const looks = { count: 0, redisDown: false }
  const startedMs = Date.now()
  const reader: ClusterReader = {
    registry: { list: async () => (looks.redisDown ? Promise.reject(new Error('away')) : [announcement]) },
    publisher: { inspect: async () => (looks.redisDown ? Promise.reject(new Error('away')) : null) },
    fetch: async () => {
      looks.count++
      const metrics = idleNodeMetrics('a', Date.now())
      metrics.counters.hits.l1 = (Date.now() - startedMs) / 10
      return Response.json(metrics)
    },
    token: 't',
    clock: { ...systemClock, monotonicMs: () => Date.now() },
  }
  const failed: object[] = []
  const monitor = createClusterMonitor(reader, { error: (facts) => void failed.push(facts), warn: () => {} })
  return { looks, monitor, failed }
}

/** Collects what a subscriber is told. */
function subscribe(monitor: ReturnType<typeof setUp>['monitor']) {
  const controller = new AbortController()
  const told: ClusterOverview[] = []
  const ended = (async () => {
    for await (const overview of monitor.watch(controller.signal)) told.push(overview)
  })()
  return { told, leave: () => controller.abort(), ended }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('nobody listens, nobody looks', async () => {
  const { looks } = setUp()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(looks.count).toBe(0)
})

test('a subscriber is told the rates once a second, the first time sooner', async () => {
  const { monitor, failed } = setUp()
  const { told, leave, ended } = subscribe(monitor)
  await vi.advanceTimersByTimeAsync(400)
  expect(told.length).toBe(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told.length).toBe(6)
  for (const { total } of told) expect(total.l1HitsPerS).toBeCloseTo(100, 0)
  leave()
  await ended
  expect(failed).toEqual([])
})

test('many subscribers share one look', async () => {
  const { looks, monitor } = setUp()
  const subscribers = Array.from({ length: 20 }, () => subscribe(monitor))
  await vi.advanceTimersByTimeAsync(5_400)
  expect(looks.count).toBe(7)
  for (const { told } of subscribers) expect(told.length).toBe(6)
  for (const { leave } of subscribers) leave()
})

test('looking ends a while after the last one has left, and begins afresh for the next', async () => {
  const { looks, monitor } = setUp()
  const first = subscribe(monitor)
  await vi.advanceTimersByTimeAsync(1_400)
  first.leave()
  await first.ended
  await vi.advanceTimersByTimeAsync(30_000)
  const { count } = looks
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks.count).toBe(count)
  const next = subscribe(monitor)
  await vi.advanceTimersByTimeAsync(400)
  expect(next.told).toHaveLength(1)
  expect(next.told[0]?.total.l1HitsPerS).toBeCloseTo(100, 0)
  next.leave()
})

test('a single question is answered by a fresh difference, and the next one at once', async () => {
  const { looks, monitor } = setUp()
  const answer = monitor.overview()
  await vi.advanceTimersByTimeAsync(400)
  expect((await answer).total.l1HitsPerS).toBeCloseTo(100, 0)
  const { count } = looks
  await monitor.overview()
  expect(looks.count).toBe(count)
})

test('with Redis away the nodes known so far are still asked', async () => {
  const { looks, monitor } = setUp()
  const { told, leave } = subscribe(monitor)
  await vi.advanceTimersByTimeAsync(1_400)
  looks.redisDown = true
  await vi.advanceTimersByTimeAsync(2_000)
  expect(told.at(-1)).toMatchObject({
    nodes: [{ id: 'a', reachable: true }],
    problems: ['Redis does not answer the portal.'],
  })
  expect(told.at(-1)?.total.l1HitsPerS).toBeCloseTo(100, 0)
  leave()
})

test('closing ends every stream', async () => {
  const { monitor } = setUp()
  const { ended } = subscribe(monitor)
  await vi.advanceTimersByTimeAsync(1_400)
  monitor.close()
  await ended
  await expect(monitor.overview()).rejects.toMatchObject({ code: 'draining' })
})
