import { Receipt } from '@freshet/core/invalidation/receipt'
import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'

const LEASE = { FRESHET_LEASE_MS: '400' }

/** Three nodes before one origin that counts: each load of a key gives the next number. */
async function setUp() {
  const cluster = await startTestCluster()
  let count = 0
  const origin = await startTestOrigin((_request, response) => {
    response.setHeader('surrogate-key', 'all-shops shop').setHeader('cache-control', 'max-age=600').end(`${++count}`)
  })
  const url = `${origin.url}/{rest}`
  cluster.control.setPolicies({ name: 'shop', origin: { url } }, { name: 'users', origin: { url } })
  await cluster.control.publish()
  const urls = await Promise.all(
    [1, 2, 3].map((n) => cluster.startTestNode({ ...LEASE, FRESHET_NODE_ID: `node-${n}` })),
  )
  const clients = urls.map((each) => clientOf(each, cluster.token))
  const [call] = clients
  if (call === undefined) throw new Error('no node')
  return { ...cluster, urls, clients, call }
}

const json = { 'content-type': 'application/json' }
const post = (call: ReturnType<typeof clientOf>, path: string, body: object, headers = {}) =>
  call('POST', path, { body: JSON.stringify(body), headers: { ...json, ...headers } })

/** Makes every node hold the key in memory; resolves to the value that they all have. */
async function warm(clients: ReturnType<typeof clientOf>[], key: string): Promise<string> {
  for (const client of clients) await client('GET', `/api/cache/${key}`)
  const answers = await Promise.all(clients.map((client) => client('GET', `/api/cache/${key}`)))
  const [first] = answers
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([first?.text]))
  for (const { headers } of answers) expect(headers['cache-status']).toMatch(/hit.*l1$/)
  return first?.text ?? ''
}

describe('after an invalidation with wait: all was answered', () => {
  it.each<[string, string, object]>([
    ['keys', '/api/invalidate', { keys: ['shop:1'] }],
    ['a tag', '/api/invalidate', { tags: ['shop'] }],
    ['a namespace', '/api/invalidate', { namespace: 'shop' }],
    ['all', '/api/invalidate', { all: true }],
    ['a pattern', '/api/invalidate/pattern', { pattern: 'sh?p:[0-9]' }],
  ])('by %s, every node serves the new value', async (_what, path, body) => {
    const { clients, call } = await setUp()
    const before = await warm(clients, 'shop:1')
    const answer = await post(call, path, { ...body, wait: 'all', reason: 'price change' })
    expect(answer.status).toBe(200)
    const receipt = Receipt.parse(JSON.parse(answer.text))
    expect(receipt).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'members', mode: 'hard', laggards: [] })
    expect(answer.headers['freshet-epoch']).toBe(receipt.epoch)
    expect(receipt.nodes.map(({ nodeId }) => nodeId).sort()).toEqual(['node-1', 'node-2', 'node-3'])
    for (const node of receipt.nodes) expect(node.appliedAfterMs).toBeLessThan(400)
    for (const client of clients) {
      const got = await client('GET', '/api/cache/shop:1')
      expect(Number(got.text)).toBeGreaterThan(Number(before))
    }
    const found = await call('GET', `/api/invalidate/receipts/${receipt.id}`)
    expect(JSON.parse(found.text)).toEqual(receipt)
  })
})
