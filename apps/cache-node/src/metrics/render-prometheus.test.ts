import { Histogram } from '@freshet/core/metrics/histogram'
import { idleNodeMetrics } from '@freshet/core/testing/node-metrics'
import { expect, it } from 'vitest'
import { renderPrometheus } from './render-prometheus.ts'

function linesOf(metrics = idleNodeMetrics()) {
  return renderPrometheus(metrics).split('\n')
}

it('writes each series once, under a HELP and a TYPE of its own', () => {
  const lines = linesOf()
  const series = lines.filter((line) => line !== '' && !line.startsWith('#'))
  expect(new Set(series.map((line) => line.replace(/ [^ ]+$/, ''))).size).toBe(series.length)
  const typed = new Set(lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]))
  for (const line of series) {
    const name = line.split(/[{ ]/)[0]?.replace(/_(bucket|sum|count)$/, '') ?? ''
    expect(typed.has(name) || typed.has(line.split(/[{ ]/)[0] ?? '')).toBe(true)
    expect(line).toMatch(/^[a-z_][a-z0-9_]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[\d.e+-]+$/)
  }
})

it('adds our fine buckets up to cumulative ones in seconds, and loses none', () => {
  const histogram = new Histogram()
  for (const us of [10, 60, 60, 900, 70_000, 90_000_000]) histogram.record(us)
  const metrics = { ...idleNodeMetrics(), latency: { get_l1: histogram.snapshot() } }
  const lines = linesOf(metrics).filter((line) => line.startsWith('cache_latency_seconds'))
  const bucket = (le: string) => lines.find((line) => line.includes(`le="${le}"`))?.split(' ')[1]
  expect(
    ['0.00005', '0.0001', '0.001', '0.1', '10', '+Inf'].map((le) => bucket(le) ?? bucket(String(Number(le)))),
  ).toEqual(['1', '3', '4', '5', '5', '6'])
  expect(lines.at(-1)).toBe('cache_latency_seconds_count{operation="get_l1"} 6')
})

it('shows the state as one series per state, of which one is 1', () => {
  const states = linesOf().filter((line) => line.startsWith('coherence_state{'))
  expect(states).toHaveLength(3)
  expect(states.filter((line) => line.endsWith(' 1'))).toHaveLength(1)
})

it('does not let a label break out of its quotes', () => {
  const counters = { hits: 1, misses: 0, stale: 0, loads: 0, loadFailures: 0, writes: 0, invalidations: 0 }
  const lines = linesOf({ ...idleNodeMetrics(), namespaces: { 'a"} 1\nevil': counters } })
  expect(lines).toContain('namespace_hits_total{namespace="a\\"} 1\\nevil"} 1')
})

it('shows what became of reads asked of other nodes, and which list of nodes it follows once it has read one', () => {
  const idle = idleNodeMetrics()
  const peers = { asked: 14, answered: 9, unavailable: 2, refused: 1, served: 30 }
  const lines = linesOf({
    ...idle,
    counters: { ...idle.counters, hits: { ...idle.counters.hits, peer: 8 }, peers },
    ring: { version: 'abc', nodes: 3, share: 0.25 },
  })
  expect(lines).toEqual(
    expect.arrayContaining([
      'cache_hits_total{tier="peer"} 8',
      'cache_peer_requests_total{outcome="answered"} 9',
      'cache_peer_requests_total{outcome="unavailable"} 2',
      'cache_peer_requests_total{outcome="refused"} 1',
      'cache_peer_served_total 30',
      'cache_ring_nodes 3',
      'cache_ring_share_ratio 0.25',
      'cache_topology_info{version="abc"} 1',
    ]),
  )
  expect(linesOf().filter((line) => line.startsWith('cache_topology_info'))).toEqual([])
})
