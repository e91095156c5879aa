import { NODE_EXPIRY_MS, NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'

/** Announcements of nodes that vanished are removed after this long. */
const FORGET_MS = 60_000

export interface NodeRegistry {
  /** Writes or renews an announcement. */
  announce(announcement: NodeAnnouncement): Promise<void>
  /** Takes a node off the list; one that leaves in good order. */
  withdraw(nodeId: string): Promise<void>
  /** Nodes seen lately, by Redis's clock, ordered by id. An announcement that cannot be read is left out. */
  list(): Promise<NodeAnnouncement[]>
}

/** The one list of nodes, for topology, portal and worker. Coherence does not lean on it: members are in the log's meta. */
export function createNodeRegistry(redis: Redis): NodeRegistry {
  return {
    announce: async (announcement) => {
      await redis.hset(redisKeys.nodes, announcement.id, JSON.stringify(announcement))
    },
    withdraw: async (nodeId) => {
      await redis.hdel(redisKeys.nodes, nodeId)
    },
    list: async () => {
      const [time, fields] = await Promise.all([redis.time(), redis.hgetall(redisKeys.nodes)])
      const nowMs = Number(time[0]) * 1_000 + Number(time[1]) / 1_000
      const all = Object.values(fields).flatMap((text) => parseAnnouncement(text))
      const forgotten = all.filter((node) => nowMs - node.seenAt > FORGET_MS).map((node) => node.id)
      if (forgotten.length > 0) await redis.hdel(redisKeys.nodes, ...forgotten)
      return all.filter((node) => nowMs - node.seenAt <= NODE_EXPIRY_MS).sort((a, b) => a.id.localeCompare(b.id))
    },
  }
}

function parseAnnouncement(text: string): NodeAnnouncement[] {
  try {
    const parsed = NodeAnnouncement.safeParse(JSON.parse(text))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
