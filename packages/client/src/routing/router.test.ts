import type { Topology } from '@freshet/core/contracts/node-registry'
import { RING_ALGORITHM } from '@freshet/core/ring/hash-ring'
import { ringOf } from '@freshet/core/ring/topology'
import { describe, expect, test } from 'vitest'
import { mapOf } from './cluster-map.ts'
import { HotKeys } from './hot-keys.ts'
import { Router } from './router.ts'

const SEEDS = ['http://seed-1', 'http://seed-2']

function topologyOf(ids: readonly string[], change: Partial<Topology['nodes'][number]> = {}): Topology {
  const facts = { incarnation: 'i', version: '1', weight: 100, zone: null, inRing: true, startedAt: 0, draining: false }
  return {
    version: 'v',
    ring: { algorithm: RING_ALGORITHM },
    nodes: ids.map((id) => ({ id, url: `http://${id}`, ...facts, ...change })),
  }
}

function setUp(topology: Topology | null, { hotKeyPerSecond = 1_000 } = {}) {
  let nowMs = 0
  const map = topology && mapOf(topology, () => true)
  const router = new Router({
    seeds: SEEDS,
    topology: { map },
    hot: new HotKeys(hotKeyPerSecond),
    nowMs: () => nowMs,
    random: () => 0,
  })
  return { router, advance: (ms: number) => (nowMs += ms) }
}

describe('with a topology', () => {
  const topology = topologyOf(['a', 'b', 'c', 'd'])
  const ring = ringOf(topology)

  test('each key is asked of its owner first, then of those who stand in for it, at last of a seed', () => {
    const { router } = setUp(topology)
    for (let i = 0; i < 200; i++) {
      const urls = router.forKey(`k:${i}`)
      expect(urls.slice(0, 3)).toEqual(ring.preferenceOf(`k:${i}`, 3).map((id) => `http://${id}`))
      expect(new Set(urls).size).toBe(urls.length)
      expect(urls).toHaveLength(5)
      expect(urls.some((url) => SEEDS.includes(url))).toBe(true)
    }
  })

  test('many keys are asked of their owners, each of its own', () => {
    const { router } = setUp(topology)
    const keys = Array.from({ length: 400 }, (_, i) => `k:${i}`)
    const groups = router.group(keys)
    expect(groups).toHaveLength(4)
    for (const { urls, keys: owned } of groups)
      for (const key of owned) expect(urls[0]).toBe(`http://${ring.ownerOf(key)}`)
    expect(groups.flatMap(({ keys: owned }) => owned).sort()).toEqual([...keys].sort())
  })

  test('a hot key is asked of all nodes in turn, until it has cooled down', () => {
    const { router, advance } = setUp(topology, { hotKeyPerSecond: 100 })
    const firsts = (n: number) => new Set(Array.from({ length: n }, () => router.forKey('k:1')[0]))
    expect(firsts(100).size).toBe(1)
    expect(firsts(20).size).toBe(4)
    advance(1_000)
    expect(firsts(100).size).toBe(1)
  })

  test('whatever concerns no key is spread over all nodes', () => {
    const { router } = setUp(topology)
    expect(new Set(Array.from({ length: 8 }, () => router.forAny()[0])).size).toBe(4)
  })

  test('a node that drains is asked for nothing', () => {
    const { nodes } = topologyOf(['a'], { draining: true })
    const { router } = setUp({ ...topology, nodes: [...nodes, ...topologyOf(['b', 'c']).nodes] })
    for (let i = 0; i < 50; i++) expect([...router.forKey(`k:${i}`), ...router.forAny()]).not.toContain('http://a')
  })
})

describe('without knowledge of owners', () => {
  test('a ring of a layout that this build does not know: any node, in turn', () => {
    const { router } = setUp({ ...topologyOf(['a', 'b']), ring: { algorithm: RING_ALGORITHM + 1 } })
    expect(new Set(Array.from({ length: 4 }, () => router.forKey('k')[0]))).toEqual(new Set(['http://a', 'http://b']))
    expect(router.group(['k:1', 'k:2'])).toMatchObject([{ keys: ['k:1', 'k:2'] }])
  })

  test('nodes that take part in no ring: any of them', () => {
    const { router } = setUp(topologyOf(['a', 'b'], { inRing: false }))
    expect(new Set(Array.from({ length: 4 }, () => router.forKey('k')[0])).size).toBe(2)
  })

  test('no topology: the seeds, in turn', () => {
    const { router } = setUp(null)
    expect([router.forKey('k'), router.forKey('k')]).toEqual([SEEDS, [...SEEDS].reverse()])
    expect(router.group(['k'])).toEqual([{ urls: SEEDS, keys: ['k'] }])
  })
})

test('nodes to which the credential may not be sent keep their place in the ring and are asked for nothing', () => {
  const map = mapOf(topologyOf(['a', 'b']), (url) => url === 'http://b')
  expect(map.urls).toEqual(['http://b'])
  for (let i = 0; i < 20; i++) expect(map.preferred(`k:${i}`)).toEqual(['http://b'])
})
