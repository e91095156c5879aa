import { createNodeRegistry, type NodeRegistry } from '@freshet/redis/node-registry'
import { Undo } from '@freshet/testing/undo'
import { MeasuredServer } from '../redis/measured-server.ts'
import type { Figure } from './figure.ts'
import { fixed, percent } from './numbers.ts'

const HEARTBEATS = 2_000
const READS = 1_000
const LISTS = 20

/** What nodes say of themselves once a second, and what it takes for each to know of all others. */
export const registry: Figure = {
  columns: [
    'Nodes',
    'Redis busy with heartbeats',
    'One change, read by every node: Redis busy, ms',
    'KiB out',
    "The whole list, for a node that starts: Redis's CPU, µs",
    "the node's, ms",
    'KiB out of Redis',
  ],
  async rows({ quick }) {
    const rows: string[][] = []
    for (const nodes of quick ? [3] : [3, 30, 100, 300, 1_000]) rows.push(await rowOf(nodes))
    return rows
  },
}

async function rowOf(nodes: number): Promise<string[]> {
  const undo = new Undo()
  try {
    const server = await MeasuredServer.start(undo)
    const { announce, changesSince } = createNodeRegistry(server.admin)
    await Promise.all(Array.from({ length: nodes }, (_, i) => announce(announcementOf(i))))
    // In their order and not one node again and again: a heartbeat goes through the list of who was seen when.
    const heartbeat = await server.costOf(HEARTBEATS, async (count) => {
      for (let i = 0; i < count; i++) await announce(announcementOf(i % nodes))
    })
    const { change } = await changesSince(null)
    const one = await server.costOf(READS, async (count) => {
      for (let i = 0; i < count; i++) await changesSince(change - 1)
    })
    const whole = await server.costOf(LISTS, async (count) => {
      for (let i = 0; i < count; i++) {
        const listed = (await changesSince(null)).nodes.length
        if (listed !== nodes) throw new Error(`${listed} of ${nodes} nodes are listed`)
      }
    })
    return [
      fixed(nodes),
      percent((heartbeat.serverUs * nodes) / 1e6, 2),
      fixed((one.serverUs * nodes) / 1e3, 1),
      fixed((one.bytesOut * nodes) / 1_024, 1),
      fixed(whole.serverUs),
      fixed(whole.ownUs / 1e3, 1),
      fixed(whole.bytesOut / 1_024, 1),
    ]
  } finally {
    await undo.all()
  }
}

function announcementOf(i: number): Parameters<NodeRegistry['announce']>[0] {
  return {
    id: `freshet-${i}`,
    incarnation: '0123456789ab',
    url: `http://freshet-${i}.freshet-nodes.default.svc.cluster.local:9400`,
    version: '0.1.0',
    weight: 100,
    zone: `zone-${i % 3}`,
    inRing: true,
    startedAt: 1_700_000_000_000,
    state: 'coherent',
    draining: false,
  }
}
