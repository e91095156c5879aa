import { RING_ALGORITHM } from '@freshet/core/ring/hash-ring'
import { describe, expect, test } from 'vitest'
import type { Reply } from '../transport/reply.ts'
import { TopologyFeed } from './topology-feed.ts'

const facts = { incarnation: 'i', version: '1', weight: 100, zone: null, inRing: true, startedAt: 0, draining: false }
const topology = (...urls: string[]) => ({
  version: urls.join(),
  ring: { algorithm: RING_ALGORITHM },
  nodes: urls.map((url, i) => ({ id: `n${i}`, url, ...facts })),
})

function setUp({ seeds = ['http://seed'], reachable = (_: string): boolean => true } = {}) {
  let nowMs = 0
  const etags: (string | null)[] = []
  const probed: string[] = []
  const state = { answer: topology('http://a', 'http://b') as object | null, reachable }
  const feed = new TopologyFeed({
    seeds,
    ask: async (etag): Promise<Reply> => {
      etags.push(etag)
      if (state.answer === null) throw new Error('nobody answers')
      const text = JSON.stringify(state.answer)
      const tag = `"${text.length}"`
      if (tag === etag) return { status: 304, headers: new Headers(), body: Buffer.alloc(0) }
      return { status: 200, headers: new Headers({ etag: tag }), body: Buffer.from(text) }
    },
    probe: async (url) => {
      probed.push(url)
      return state.reachable(url)
    },
    nowMs: () => nowMs,
    random: () => 0.5,
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { feed, etags, probed, state, settled, advance: (ms: number) => (nowMs += ms) }
}

describe('the topology', () => {
  test('is asked for by the first call, which does not wait for it', async () => {
    const { feed, settled, etags } = setUp()
    expect(etags).toEqual([])
    expect(feed.map).toBeNull()
    await settled()
    expect(feed.map?.urls).toEqual(['http://a', 'http://b'])
    expect(etags).toHaveLength(1)
  })

  test('is asked for again after some seconds of use, and not sent when it is the same', async () => {
    const { feed, settled, etags, advance } = setUp()
    await feed.refresh()
    advance(4_999)
    expect(feed.map).not.toBeNull()
    expect(etags).toHaveLength(1)
    advance(1)
    expect(feed.map).not.toBeNull()
    await settled()
    expect(etags).toEqual([null, expect.any(String)])
    expect(feed.map?.urls).toHaveLength(2)
  })

  test('is asked for soon after a node failed, once for all that notice', async () => {
    const { feed, settled, etags, advance, state } = setUp()
    await feed.refresh()
    state.answer = topology('http://a')
    advance(500)
    for (let i = 0; i < 10; i++) feed.noteFailure()
    await settled()
    expect([etags.length, feed.map?.urls]).toEqual([2, ['http://a']])
  })

  test('stands while nobody answers, or what comes makes no sense', async () => {
    const { feed, state } = setUp()
    await feed.refresh()
    for (const answer of [null, { nodes: 'many' }]) {
      state.answer = answer
      await feed.refresh()
      expect(feed.map?.urls).toHaveLength(2)
    }
  })
})

describe('announced addresses', () => {
  test('that cannot be reached from here are not used, until one can', async () => {
    const { feed, state, probed } = setUp({ reachable: () => false })
    await feed.refresh()
    expect([feed.map, probed.length]).toEqual([null, 2])
    state.reachable = (url) => url === 'http://b'
    await feed.refresh()
    expect(feed.map?.urls).toHaveLength(2)
  })

  test('are tried by a few of them only', async () => {
    const { feed, state, probed } = setUp()
    state.answer = topology(...Array.from({ length: 100 }, (_, i) => `http://n${i}`))
    await feed.refresh()
    expect(probed).toHaveLength(3)
  })

  test('without TLS get no credential from a client that was told to speak it', async () => {
    const { feed, state } = setUp({ seeds: ['https://seed'] })
    state.answer = topology('http://a', 'https://b')
    await feed.refresh()
    expect(feed.map?.urls).toEqual(['https://b'])
  })
})
