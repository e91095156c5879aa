import {
  CoherenceState,
  NODE_EXPIRY_MS,
  type NodeAnnouncement,
  TopologyNode,
} from '@freshet/core/contracts/node-registry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { RedisClient } from './connection.ts'
import { loadScript, scriptRunner } from './script.ts'

const announceScript = loadScript('nodes', 'announce-node')
const withdrawScript = loadScript('nodes', 'withdraw-node')
const readScript = loadScript('read-nodes')
const listScript = loadScript('list-nodes')

const KEYS = [
  redisKeys.nodes,
  redisKeys.nodeStates,
  redisKeys.nodesSeen,
  redisKeys.nodesMoved,
  redisKeys.nodeChanges,
] as const

/** Changes told one by one. Who knows less of the list than this reads it whole. */
const REMEMBERED_CHANGES = 1_000

const count = z.number().int()
const ReadReply = z.tuple([count, z.union([z.literal(0), z.literal(1)]), z.array(z.string())])
const ListReply = z.array(z.string())

/** What a reader of the list did not know. */
export interface RegistryChanges {
  /** Number of the newest change: what to ask from next. */
  change: number
  /** Whether `nodes` is the whole list, and who is not in it is gone. */
  whole: boolean
  nodes: TopologyNode[]
  /** Ids of nodes that left, or whose rows cannot be read. */
  gone: string[]
}

/**
 * The one list of nodes, for topology, portal and worker. Coherence does not lean on it: members are in the log's meta.
 * Times are Redis's. Rejects with ioredis's error when Redis cannot be reached.
 */
export interface NodeRegistry {
  /**
   * Writes or renews an announcement, and drops nodes that fell silent. Resolves to the number of the list's newest
   * change, so that who announces knows whether there is anything to read. Rings the doorbell when the list changed; a
   * node's state is no part of it.
   */
  announce(announcement: Omit<NodeAnnouncement, 'seenAt'>): Promise<number>
  /** Takes a node off the list; one that leaves in good order. */
  withdraw(node: Pick<NodeAnnouncement, 'id' | 'incarnation'>): Promise<void>
  /** What changed after the change of that number; null for the whole list. */
  changesSince(change: number | null): Promise<RegistryChanges>
  /** Nodes seen lately, ordered by id. A row that cannot be read is left out. */
  list(): Promise<NodeAnnouncement[]>
}

/** A node's share of an announcement is one script a second, and reading costs by what changed, however many nodes there are. */
export function createNodeRegistry(redis: RedisClient): NodeRegistry {
  const runAnnounce = scriptRunner(redis, announceScript)
  const runWithdraw = scriptRunner(redis, withdrawScript)
  const runRead = scriptRunner(redis, readScript)
  const runList = scriptRunner(redis, listScript)
  return {
    async announce(announcement) {
      // Parsed: what is written has the fields in one order, so that equal rows are equal texts.
      const row = JSON.stringify(TopologyNode.parse(announcement))
      const { id, state } = announcement
      const args = [id, row, state, NODE_EXPIRY_MS, redisKeys.nodesDoorbell, REMEMBERED_CHANGES]
      return count.parse(await runAnnounce(KEYS, args))
    },
    async withdraw({ id, incarnation }) {
      await runWithdraw(KEYS, [id, incarnation, redisKeys.nodesDoorbell])
    },
    async changesSince(known) {
      const [change, whole, rows] = ReadReply.parse(await runRead(KEYS, [known ?? '', REMEMBERED_CHANGES]))
      const changes: RegistryChanges = { change, whole: whole === 1, nodes: [], gone: [] }
      for (let i = 0; i < rows.length; i += 2) {
        const node = parseRow(rows[i + 1])
        if (node === null) changes.gone.push(rows[i] ?? '')
        else changes.nodes.push(node)
      }
      return changes
    },
    async list() {
      const reply = ListReply.parse(await runList(KEYS, [NODE_EXPIRY_MS]))
      const nodes: NodeAnnouncement[] = []
      for (let i = 0; i < reply.length; i += 4) {
        const node = parseRow(reply[i + 1])
        const state = CoherenceState.safeParse(reply[i + 2])
        if (node !== null && state.success) nodes.push({ ...node, state: state.data, seenAt: Number(reply[i + 3]) })
      }
      return nodes.sort((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}

function parseRow(text: string | undefined): TopologyNode | null {
  try {
    return TopologyNode.safeParse(JSON.parse(text ?? '')).data ?? null
  } catch {
    return null
  }
}
