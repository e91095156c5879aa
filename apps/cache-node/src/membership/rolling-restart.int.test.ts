import { setTimeout as sleep } from 'node:timers/promises'
import { Topology } from '@freshet/core/contracts/node-registry'
import { ringOf } from '@freshet/core/ring/topology'
import { expect, test } from 'vitest'
import type { RunningNode } from '../node.ts'
import { clientOf, startTestCluster } from '../testing/test-node.ts'
import { startTestOrigin } from '../testing/test-origin.ts'

const COUNT = 3
const KEYS = 200

/** Nodes that ask each other, before an origin that is slow enough for loads to be under way when a node leaves. */
async function setUp() {
  const cluster = await startTestCluster()
  const origin = await startTestOrigin((request, response) => {
    setTimeout(() => response.setHeader('cache-control', 'max-age=1').end(`value of ${request.url}`), 30)
  })
  cluster.control.setPolicies({ name: 'shop', origin: { url: `${origin.url}/{rest}` } })
  await cluster.control.publish()
  const start = (i: number) =>
    cluster.launchTestNode({ FRESHET_NODE_ID: `node-${i}`, FRESHET_RING: 'on', FRESHET_LEASE_MS: '800' })
  const nodes: RunningNode[] = []
  for (let i = 0; i < COUNT; i++) nodes.push(await start(i))
  const topologies = () =>
    Promise.all(
      nodes.map(async ({ url }) =>
        Topology.parse(JSON.parse((await clientOf(url, cluster.token)('GET', '/api/topology')).text)),
      ),
    )
  const settled = () =>
    expect
      .poll(async () => (await topologies()).map((topology) => [topology.version, ringOf(topology).size]))
      .toEqual(nodes.map(() => [expect.any(String), COUNT]))
  await settled()
  return { ...cluster, origin, nodes, start, settled }
}

test('restarting node after node costs no failed read, of those who read at the others or heed readiness', {
  timeout: 60_000,
}, async () => {
  const { token, nodes, start, settled, origin } = await setUp()
  /** Nodes that a balancer sends to. */
  const ready = new Set(nodes.map((_, i) => i))
  const failed: string[] = []
  let [reads, turn, over] = [0, 0, false]
  const readers = Array.from({ length: 12 }, async () => {
    while (!over) {
      const at = [...ready]
      const i = at[turn++ % at.length] ?? 0
      const number = turn % KEYS
      const read = clientOf(nodes[i]?.url ?? '', token)('GET', `/api/cache/shop:${number}`)
      const said = await read.then(({ status, text }) => `${status} ${text}`, String)
      reads++
      if (said !== `200 value of /${number}`) failed.push(`shop:${number} at node-${i}: ${said}`)
    }
  })
  for (const i of nodes.keys()) {
    await sleep(500)
    const leaving = nodes[i]
    const stopped = leaving?.stop()
    // What a balancer's next probe finds out. Nobody was refused before it.
    await expect.poll(async () => (await fetch(`${leaving?.url}/readyz`)).status, { interval: 5 }).toBe(503)
    ready.delete(i)
    await stopped
    nodes[i] = await start(i)
    await settled()
    ready.add(i)
  }
  await sleep(500)
  over = true
  await Promise.all(readers)
  expect(failed).toEqual([])
  const served = await Promise.all(
    nodes.map(
      async ({ url }) => JSON.parse((await clientOf(url, token)('GET', '/api/metrics')).text).counters.peers.served,
    ),
  )
  expect(Math.max(...served)).toBeGreaterThan(0)
  expect(reads).toBeGreaterThan(500)
  expect(origin.asked.length).toBeGreaterThan(KEYS)
})
