import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { Topology } from '@freshet/core/contracts/node-registry'
import { ringOf } from '@freshet/core/ring/topology'
import { clientOf, SECRET, startTestCluster, waitFor } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'

const INTERNAL_TOKEN = internalToken(deriveKey(SECRET, 'node-to-node'))

export interface RingNode {
  id: string
  url: string
  call: ReturnType<typeof clientOf>
  /** Another node would be so, with this token and whatever header it sends. */
  asNode: ReturnType<typeof clientOf>
  counters(): Promise<NodeMetrics['counters']>
}

/** How the origin answers: with a counter, after so many milliseconds. */
interface OriginPace {
  delayMs: number
}

/**
 * Nodes `node-1`, `node-2` ... in one ring, in this process, before one origin that counts: each load of a key gives the
 * next number. Everything ends with the test.
 */
export async function startNodeRing(count: number, overrides: (id: string) => Record<string, string> = () => ({})) {
  const cluster = await startTestCluster()
  const pace: OriginPace = { delayMs: 0 }
  let loads = 0
  const origin = await startTestOrigin((_, response) => {
    const body = `${++loads}`
    response.setHeader('cache-control', 'max-age=600')
    setTimeout(() => response.end(body), pace.delayMs)
  })
  cluster.control.setPolicies({ name: 'o', origin: { url: `${origin.url}/{rest}`, deadlineMs: 5_000 } })
  await cluster.control.publish()

  const nodeAt = (url: string): Omit<RingNode, 'id'> => {
    const asNode = clientOf(url, INTERNAL_TOKEN)
    const counters = async () => NodeMetrics.parse(JSON.parse((await asNode('GET', '/api/metrics')).text)).counters
    return { url, call: clientOf(url, cluster.token), asNode, counters }
  }
  const start = async (id: string): Promise<RingNode> => {
    const url = await cluster.startTestNode({ FRESHET_NODE_ID: id, FRESHET_RING: 'on', ...overrides(id) })
    return { id, ...nodeAt(url) }
  }
  const nodes = await Promise.all(Array.from({ length: count }, (_, i) => start(`node-${i + 1}`)))
  const topologyAt = async ({ asNode }: RingNode) =>
    Topology.parse(JSON.parse((await asNode('GET', '/api/topology')).text))
  /** Resolves when every node knows all of them, in the ring. */
  await waitFor(async () => {
    const seen = await Promise.all(nodes.map(topologyAt))
    return seen.every((topology) => ringOf(topology).size === count)
  }, 'the nodes to know each other')
  const [first] = nodes
  if (first === undefined) throw new Error('a ring has nodes')
  const ring = ringOf(await topologyAt(first))
  /** A key of the origin's namespace for which the nodes are asked in this order. */
  const keyWithPreference = (...ids: string[]): string => {
    for (let i = 0; i < 100_000; i++) {
      const key = `o:k${i}`
      const preference = ring.preferenceOf(key, ids.length)
      if (ids.every((id, place) => preference[place] === id)) return key
    }
    throw new Error(`no key of ${ids} among 100,000`)
  }
  const positionAt = async ({ asNode }: RingNode): Promise<string> => {
    const { coherence } = NodeMetrics.parse(JSON.parse((await asNode('GET', '/api/metrics')).text))
    return `${coherence.generation}.${coherence.applied}`
  }
  return {
    ...cluster,
    nodes,
    nodeAt,
    ring,
    origin,
    pace,
    keyWithPreference,
    positionAt,
    loads: () => origin.asked.length,
  }
}
