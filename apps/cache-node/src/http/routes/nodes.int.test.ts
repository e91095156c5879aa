import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { NodeList, Topology } from '@freshet/core/contracts/node-registry'
import { RING_ALGORITHM } from '@freshet/core/ring/hash-ring'
import { ringOf } from '@freshet/core/ring/topology'
import { announcementOf } from '@freshet/core/testing/announcement'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readEnv } from '../../env.ts'
import { type RunningNode, startNode } from '../../node.ts'
import { clientOf, startTestCluster } from '../../testing/test-node.ts'

const ON = { FRESHET_RING: 'on', FRESHET_LEASE_MS: '500' }

/** Nodes with a ring, when all of them see the same. */
async function setUp(count: number, settings: (i: number) => Record<string, string> = () => ({})) {
  const cluster = await startTestCluster()
  const nodes: RunningNode[] = []
  for (let i = 0; i < count; i++) nodes.push(await cluster.launchTestNode({ ...ON, ...settings(i) }))
  const clients = nodes.map(({ url }) => clientOf(url, cluster.token))
  const ask = (i: number) => clients[i] as (typeof clients)[number]
  const topologyOf = async (i: number) => Topology.parse(JSON.parse((await ask(i)('GET', '/api/topology')).text))
  const ringSizes = () => Promise.all(nodes.map(async (_, i) => ringOf(await topologyOf(i)).size))
  await expect.poll(ringSizes).toEqual(nodes.map(() => count))
  return { ...cluster, nodes, ask, topologyOf, ringSizes }
}

test('every node serves the same topology, from which a client finds the owner of a key', async () => {
  const { ask, topologyOf, nodes } = await setUp(3, (i) => ({
    FRESHET_ZONE: `zone-${i}`,
    FRESHET_NODE_WEIGHT: String(100 + i),
  }))
  const topologies = await Promise.all([0, 1, 2].map(topologyOf))
  expect(new Set(topologies.map((topology) => JSON.stringify(topology))).size).toBe(1)
  const [topology] = topologies
  expect(topology?.ring).toEqual({ algorithm: RING_ALGORITHM })
  expect(topology?.nodes.map(({ id, url, weight, zone }) => [id, url, weight, zone])).toEqual(
    nodes.map(({ url }, i) => [`node-${i + 1}`, url, 100 + i, `zone-${i}`]),
  )
  const first = await ask(0)('GET', '/api/topology')
  expect(first.headers).toMatchObject({ etag: `"${topology?.version}"`, 'cache-control': 'private, no-cache' })
  const again = await ask(1)('GET', '/api/topology', { headers: { 'if-none-match': String(first.headers.etag) } })
  expect([again.status, again.text]).toEqual([304, ''])
})

test('any node takes a drain for any other: out of the ring, not ready, still answering; and back', async () => {
  const { ask, ringSizes, nodes } = await setUp(3)
  await ask(1)('PUT', '/api/cache/a', { body: 'value' })
  const { etag } = (await ask(0)('GET', '/api/topology')).headers
  for (const through of [0, 1, 1]) {
    const drained = await ask(through)('POST', '/api/nodes/node-2/drain')
    expect([drained.status, JSON.parse(drained.text)]).toEqual([200, { id: 'node-2', draining: true }])
  }
  await expect.poll(ringSizes).toEqual([2, 2, 2])
  expect((await ask(0)('GET', '/api/topology', { headers: { 'if-none-match': String(etag) } })).status).toBe(200)
  const ready = await fetch(`${nodes[1]?.url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not_ready', reasons: ['draining'] }])
  expect((await ask(1)('GET', '/api/cache/a')).text).toBe('value')
  // Still a member of the log: an invalidation waits for it, and it applies it.
  expect((await ask(0)('DELETE', '/api/cache/a')).status).toBe(204)
  expect((await ask(1)('GET', '/api/cache/a')).status).toBe(404)

  expect((await ask(2)('DELETE', '/api/nodes/node-2/drain')).status).toBe(200)
  await expect.poll(ringSizes).toEqual([3, 3, 3])
  expect((await fetch(`${nodes[1]?.url}/readyz`)).status).toBe(200)
})

test('nodes are listed as they are: state, lag and share of the ring', async () => {
  const { ask } = await setUp(3, (i) => ({ FRESHET_NODE_WEIGHT: i === 0 ? '200' : '100' }))
  await ask(0)('POST', '/api/nodes/node-3/drain')
  const list = async () => NodeList.parse(JSON.parse((await ask(0)('GET', '/api/nodes')).text))
  await expect.poll(async () => (await list()).nodes.map(({ draining }) => draining)).toEqual([false, false, true])
  const { version, nodes } = await list()
  expect(version).toBe(Topology.parse(JSON.parse((await ask(0)('GET', '/api/topology')).text)).version)
  expect(nodes.map(({ state, lagEpochs }) => [state, lagEpochs])).toEqual(nodes.map(() => ['coherent', 0]))
  const [heavy, light, none] = nodes.map(({ ringShare }) => ringShare)
  expect(none).toBeNull()
  expect((heavy ?? 0) + (light ?? 0)).toBeCloseTo(1)
  expect((heavy ?? 0) / (light ?? 1)).toBeGreaterThan(1.5)
})

test('says why a node cannot be drained', async () => {
  const { ask, redis, control, token, nodes, ringSizes } = await setUp(2)
  expect((await ask(0)('POST', '/api/nodes/nobody/drain')).problem).toMatchObject({ code: 'not_found', field: 'id' })
  const operator = control.addKey({ scopes: ['read', 'write', 'invalidate', 'warm'] })
  const local = control.addKey({ scopes: ['admin'], namespaces: ['shop'] })
  await control.publish()
  const as = (credential: string) => clientOf(nodes[0]?.url ?? '', credential)
  await expect.poll(async () => (await as(operator)('GET', '/api/nodes')).status).toBe(200)
  expect((await as(operator)('POST', '/api/nodes/node-2/drain')).problem?.code).toBe('scope_missing')
  expect((await as(local)('DELETE', '/api/nodes/node-2/drain')).problem?.code).toBe('namespace_forbidden')
  expect((await as(local)('GET', '/api/nodes')).problem?.code).toBe('namespace_forbidden')
  // A request that was passed on already ends where it is.
  const passedOn = await clientOf(nodes[0]?.url ?? '', token)('POST', '/api/nodes/node-2/drain', {
    headers: { 'freshet-forwarded': 'node-2' },
  })
  expect(passedOn.problem?.code).toBe('not_found')
  expect(await ringSizes()).toEqual([2, 2])

  // Gone without a word: it stays on the list until it has been silent for long.
  await createNodeRegistry(redis).announce(announcementOf('ghost', { url: 'http://127.0.0.1:1' }))
  await expect.poll(async () => (await ask(0)('POST', '/api/nodes/ghost/drain')).problem?.code).toBe('peer_unavailable')
})

test('a node that never reached its Redis does not know the topology, and says so', async () => {
  const secret = 'a secret for tests, at least 32 characters'
  const settings = { FRESHET_SECRET: secret, FRESHET_NODE_PORT: '0', REDIS_URL: 'redis://127.0.0.1:1' }
  const node = await startNode(readEnv({ ...settings, FRESHET_DRAIN_MS: '0' }), pino({ level: 'silent' }))
  onTestFinished(() => node.stop())
  const ask = clientOf(node.url, internalToken(deriveKey(secret, 'node-to-node')))
  expect((await ask('GET', '/api/topology')).problem).toMatchObject({ code: 'log_unavailable', status: 503 })
  expect((await ask('GET', '/api/nodes')).problem).toMatchObject({ code: 'log_unavailable', status: 503 })
})
