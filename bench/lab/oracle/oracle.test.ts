import type { Answer } from '@freshet/testing/answer'
import { readCacheStatus } from '@freshet/testing/cache-status'
import { NOTHING, type NodeClient } from '@freshet/testing/node-client'
import { beforeEach, expect, test } from 'vitest'
import { Oracle } from './oracle.ts'

const KEY = 'live:0:0'
const FRESH = 'freshet; hit; ttl=60; detail=l1'
const STALE = 'freshet; hit; ttl=-1; detail="l1 stale degraded"'

let oracle: Oracle
beforeEach(() => {
  oracle = new Oracle(async () => ['node-1 is coherent'])
})

/** A node that gives one answer, after `meanwhile`. */
function nodeThatSays(said: Partial<Answer>, meanwhile = () => {}): NodeClient {
  const answer = async (method: string, key: string): Promise<Answer> => {
    meanwhile()
    return { ...NO_ANSWER, method, key, ...said }
  }
  return {
    name: 'node-1',
    request: answer,
    get: (path) => answer('GET', path),
    post: (path) => answer('POST', path),
    close() {},
  }
}

const NO_ANSWER: Omit<Answer, 'method' | 'key'> = {
  ...NOTHING,
  node: 'node-1',
  sentMs: 1,
  answeredMs: 2,
  status: 200,
  cacheStatus: readCacheStatus(FRESH),
}

/** The source is at 3, and 2 was acknowledged. */
function acknowledgeTwo(): void {
  oracle.rows.commit(KEY)
  oracle.rows.commit(KEY)
  oracle.rows.of(KEY).raise(2)
}

test('a fresh answer older than what was acknowledged before it was asked for is a violation, with its story', async () => {
  acknowledgeTwo()
  await oracle.read(nodeThatSays({ body: '1' }), KEY)
  await oracle.settle()
  expect(oracle.violations).toEqual([
    {
      what: expect.stringContaining('fresh, although 2 was acknowledged'),
      history: [
        expect.stringContaining('source has 2'),
        expect.stringContaining('source has 3'),
        expect.stringContaining('"1"'),
      ],
      nodes: ['node-1 is coherent'],
    },
  ])
})

test('what is acknowledged while a read is on its way binds only the next one', async () => {
  await oracle.read(nodeThatSays({ body: '1' }, acknowledgeTwo), KEY)
  expect(oracle.violations).toEqual([])
  await oracle.read(nodeThatSays({ body: '1' }), KEY)
  expect(oracle.violations).toHaveLength(1)
})

test('what was acknowledged, and what is newer still, is right', async () => {
  acknowledgeTwo()
  for (const body of ['2', '3']) await oracle.read(nodeThatSays({ body }), KEY)
  expect(oracle.violations).toEqual([])
})

test('an older value may be given marked stale, except by a node that had applied what ended it', async () => {
  acknowledgeTwo()
  const marked = nodeThatSays({ body: '1', cacheStatus: readCacheStatus(STALE) })
  await oracle.read(marked, KEY)
  expect(oracle.violations).toEqual([])
  oracle.rows.learn('node-1', KEY, 2, performance.now())
  await oracle.read(marked, KEY)
  expect(oracle.violations).toMatchObject([{ what: expect.stringContaining('node-1 had applied 2') }])
})

test('a node that was started anew is not held to what the former process said', async () => {
  acknowledgeTwo()
  oracle.rows.learn('node-1', KEY, 2, performance.now())
  oracle.rows.forgetNode('node-1')
  // This was said by the former one as well: it was asked before.
  oracle.rows.learn('node-1', KEY, 2, 0)
  await oracle.read(nodeThatSays({ body: '1', cacheStatus: readCacheStatus(STALE) }), KEY)
  expect(oracle.violations).toEqual([])
})

test('"there is no such key" is older than any version, and a body of nobody is no version at all', async () => {
  acknowledgeTwo()
  await oracle.read(nodeThatSays({ status: 404, code: 'absent_at_origin' }), KEY)
  await oracle.read(nodeThatSays({ body: 'what?' }), KEY)
  await oracle.read(nodeThatSays({ body: '4' }), KEY)
  expect(oracle.violations.map(({ what }) => what)).toEqual([
    expect.stringContaining('fresh, although'),
    expect.stringContaining('never had'),
    expect.stringContaining('never had'),
  ])
})

test('each key of a batch is judged by itself', async () => {
  acknowledgeTwo()
  const items = [
    { key: KEY, status: 'hit', value: '1' },
    { key: 'live:0:1', status: 'hit', value: '1' },
    { key: 'live:0:2', status: 'miss', reason: 'absent' },
  ]
  await oracle.readMany(
    nodeThatSays({ body: JSON.stringify({ items }) }),
    items.map(({ key }) => key),
  )
  expect(oracle.violations).toMatchObject([{ what: expect.stringContaining(`${KEY} → hit`) }])
  expect(oracle.reads).toMatchObject({ batched: 2, absent: 1 })
})

test('reads are counted by what came of them', async () => {
  const loaded = readCacheStatus('freshet; fwd=uri-miss; detail="origin absent"')
  for (const said of [
    { body: '1' },
    { body: '1', cacheStatus: loaded },
    { body: '1', cacheStatus: readCacheStatus(STALE) },
    { status: 404, code: 'miss' },
    { status: 503, code: 'degraded' },
    { status: 0, failure: 'ECONNREFUSED' },
  ])
    await oracle.read(nodeThatSays(said), KEY)
  expect(oracle.reads).toEqual({ hits: 1, loaded: 1, batched: 0, stale: 1, absent: 1, refused: 1, failed: 1 })
})
