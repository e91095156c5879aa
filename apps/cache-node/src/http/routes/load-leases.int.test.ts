import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'

async function setUp() {
  const cluster = await startTestCluster()
  cluster.control.setPolicies({ name: 'strict', writes: 'leased' }, { name: 'aside', swrMs: 60_000 })
  await cluster.control.publish()
  const start = () => cluster.startTestNode({ FRESHET_LEASE_MS: '800' })
  const urls = [await start(), await start()] as const
  const nodes = [clientOf(urls[0], cluster.token), clientOf(urls[1], cluster.token)] as const
  return { ...cluster, urls, nodes }
}

type Client = Awaited<ReturnType<typeof setUp>>['nodes'][number]

const ask = (node: Client, key: string) => node('GET', `/api/cache/${key}`, { headers: { 'freshet-lease': 'request' } })
const fill = (node: Client, key: string, token: string | undefined, body: string) =>
  node('PUT', `/api/cache/${key}`, { body, headers: { 'freshet-lease': token ?? '' } })
const tokenOf = async (node: Client, key: string) => (await ask(node, key)).headers['freshet-lease']

describe('a miss', () => {
  it('is leased to exactly one of fifty callers on two nodes, and the others are told to come back', async () => {
    const { nodes } = await setUp()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(nodes[i % 2 === 0 ? 0 : 1], 'aside:1')))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(404))
    const winners = answers.filter(({ headers }) => headers['freshet-lease'] !== undefined)
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ headers }) => headers['retry-after'] === '1')).toHaveLength(49)
    expect((await fill(nodes[1], 'aside:1', winners[0]?.headers['freshet-lease'], 'loaded')).status).toBe(204)
    for (const node of nodes) expect((await ask(node, 'aside:1')).text).toBe('loaded')
  })

  it('is leased anew once the value came and was invalidated', async () => {
    const { nodes } = await setUp()
    await fill(nodes[0], 'aside:1', await tokenOf(nodes[0], 'aside:1'), 'one')
    await nodes[1]('DELETE', '/api/cache/aside:1')
    expect(await tokenOf(nodes[0], 'aside:1')).toBeDefined()
  })

  it('is leased anew once the holder has given its lease back, and only by its holder', async () => {
    const { nodes } = await setUp()
    const release = (body: object) =>
      nodes[1]('POST', '/api/leases/release', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const first = await tokenOf(nodes[0], 'aside:1')
    expect((await release({ key: 'aside:2', token: first })).problem?.code).toBe('invalid')
    expect((await release({ key: 'aside:1', token: 'made up' })).problem).toMatchObject({
      code: 'invalid',
      field: 'token',
    })
    expect(await tokenOf(nodes[0], 'aside:1')).toBeUndefined()
    expect((await release({ key: 'aside:1', token: first })).status).toBe(204)
    const second = await tokenOf(nodes[0], 'aside:1')
    expect(second).toBeDefined()
    // Late, and twice: the lease is somebody else's by now.
    expect((await release({ key: 'aside:1', token: first })).status).toBe(204)
    expect(await tokenOf(nodes[0], 'aside:1')).toBeUndefined()
    expect((await fill(nodes[0], 'aside:1', second, 'loaded')).status).toBe(204)
  })

  it('is not leased to who may not write: the lease would only keep others from loading', async () => {
    const { nodes, control, urls, redis } = await setUp()
    const token = control.addKey({ scopes: ['read'] })
    await control.publish()
    const reader = clientOf(urls[0], token)
    await waitFor(async () => (await reader('GET', '/api/cache/aside:0')).status === 404, 'the key')
    const answer = await ask(reader, 'aside:1')
    expect([answer.status, answer.headers['freshet-lease'], answer.headers['retry-after']]).toEqual([
      404,
      undefined,
      undefined,
    ])
    expect(await redis.exists(redisKeys.loadLease('aside:1'))).toBe(0)
    expect(await tokenOf(nodes[0], 'aside:1')).toBeDefined()
  })

  it('without the header is no business of leases', async () => {
    const { nodes, redis } = await setUp()
    const answer = await nodes[0]('GET', '/api/cache/aside:1')
    expect([answer.headers['freshet-lease'], answer.headers['retry-after']]).toEqual([undefined, undefined])
    expect(await redis.exists(redisKeys.loadLease('aside:1'))).toBe(0)
  })
})

describe('a value with a token', () => {
  it.each<[string, (node: Client) => Promise<{ status: number }>]>([
    ['an invalidation of its key', (node) => node('DELETE', '/api/cache/aside:1')],
    [
      'an invalidation of its tag',
      (node) =>
        node('POST', '/api/invalidate', {
          body: '{"tags":["t"]}',
          headers: { 'content-type': 'application/json' },
        }),
    ],
    ['another write', (node) => node('PUT', '/api/cache/aside:1', { body: 'newer' })],
  ])('is fenced by %s since, on either node', async (_what, change) => {
    const { nodes } = await setUp()
    for (const loader of nodes) {
      const token = await tokenOf(nodes[0], 'aside:1')
      expect(token).toBeDefined()
      expect((await change(nodes[1])).status).toBeLessThan(300)
      const late = await loader('PUT', '/api/cache/aside:1', {
        body: 'late',
        headers: { 'freshet-lease': token ?? '', 'surrogate-key': 't' },
      })
      expect([late.status, late.problem?.code]).toEqual([409, 'fenced'])
      for (const node of nodes) expect((await node('GET', '/api/cache/aside:1')).text).not.toBe('late')
      await nodes[0]('DELETE', '/api/cache/aside:1')
    }
  })

  it('gives the lease to the next caller at once when it was fenced', async () => {
    const { nodes } = await setUp()
    const token = await tokenOf(nodes[0], 'aside:1')
    await nodes[1]('DELETE', '/api/cache/aside:1')
    expect(await tokenOf(nodes[1], 'aside:1')).toBeUndefined()
    expect((await fill(nodes[0], 'aside:1', token, 'late')).status).toBe(409)
    await expect.poll(() => tokenOf(nodes[1], 'aside:1')).toBeDefined()
  })

  it('is refused for another key, and when it is none', async () => {
    const { nodes } = await setUp()
    const token = await tokenOf(nodes[0], 'aside:1')
    for (const [key, text] of [
      ['aside:2', token],
      ['aside:1', `${token}x`],
      ['aside:1', 'request'],
      ['aside:1', ''],
    ] as const) {
      const { status, problem } = await fill(nodes[0], key, text, 'x')
      expect([status, problem?.code, problem?.field]).toEqual([422, 'invalid', 'Freshet-Lease'])
    }
    const conditional = await nodes[0]('PUT', '/api/cache/aside:1', {
      body: 'x',
      headers: { 'freshet-lease': token ?? '', 'if-none-match': '*' },
    })
    expect([conditional.status, conditional.problem?.field]).toEqual([422, 'Freshet-Lease'])
    const odd = await nodes[0]('GET', '/api/cache/aside:1', { headers: { 'freshet-lease': 'please' } })
    expect([odd.status, odd.problem?.field]).toEqual([422, 'Freshet-Lease'])
  })
})

describe('a stale value that nobody refreshes', () => {
  it('is served to all, and one of them may load', async () => {
    const { nodes } = await setUp()
    await fill(nodes[0], 'aside:1', await tokenOf(nodes[0], 'aside:1'), 'old')
    await nodes[1]('POST', '/api/invalidate', {
      body: '{"keys":["aside:1"],"mode":"soft"}',
      headers: { 'content-type': 'application/json' },
    })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(nodes[i % 2 === 0 ? 0 : 1], 'aside:1')))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 old']))
    const tokens = answers.flatMap(({ headers }) => headers['freshet-lease'] ?? [])
    expect(tokens).toHaveLength(1)
    expect((await fill(nodes[1], 'aside:1', tokens[0], 'new')).status).toBe(204)
    await waitFor(async () => (await ask(nodes[0], 'aside:1')).text === 'new', 'the new value')
  })
})

describe('where only holders of a lease may write', () => {
  it('other writes are told so', async () => {
    const { nodes } = await setUp()
    const writes = [
      nodes[0]('PUT', '/api/cache/strict:1', { body: 'x' }),
      nodes[0]('PATCH', '/api/cache/strict:1?ttl=5'),
      nodes[0]('POST', '/api/cache/mput', {
        body: '{"items":[{"key":"strict:1","value":"x"}]}',
        headers: { 'content-type': 'application/json' },
      }),
    ]
    for (const write of writes) {
      const { status, problem } = await write
      expect([status, problem?.code]).toEqual([428, 'lease_required'])
    }
    expect((await fill(nodes[0], 'strict:1', await tokenOf(nodes[0], 'strict:1'), 'loaded')).status).toBe(204)
    expect((await nodes[1]('GET', '/api/cache/strict:1')).text).toBe('loaded')
  })
})
