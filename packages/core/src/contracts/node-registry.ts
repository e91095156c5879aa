import { z } from 'zod'

/** The coherence states of protocol sentence 4. */
export const CoherenceState = z.enum(['syncing', 'coherent', 'degraded'])
export type CoherenceState = z.infer<typeof CoherenceState>

/**
 * Where a node can be asked. `node-1:9400` is a URL as well, of the scheme `node-1`: one that announced itself so would fail
 * every read of its keys, on every node that tried to connect to it.
 */
export const NodeUrl = z.url({ protocol: /^https?$/, error: 'must be an address as in http://10.0.0.7:9400' })

/** What a node says of itself in the registry, renewed every second. Times: epoch ms on Redis's clock. */
export const NodeAnnouncement = z.object({
  id: z.string().min(1).max(128),
  /** Random per process: a restarted node is another member. */
  incarnation: z.string().min(1).max(64),
  /** Where peers, portal and clients reach it, e.g. `http://10.0.0.7:9400`. */
  url: NodeUrl,
  version: z.string(),
  /** Share of the keys that it takes, beside the others' weights. */
  weight: z.number().int().min(1).max(1_000).default(100),
  /** Where it stands (an availability zone, a rack): those who take a lost owner's place are sought elsewhere first. */
  zone: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .nullable()
    .default(null),
  /** Whether it takes part in the ring at all (FRESHET_RING), and has been coherent once since it started. */
  inRing: z.boolean().default(false),
  startedAt: z.number().int(),
  seenAt: z.number().int(),
  state: CoherenceState,
  draining: z.boolean(),
})
export type NodeAnnouncement = z.infer<typeof NodeAnnouncement>

/** A node that was not seen for this long is left out of the topology. */
export const NODE_EXPIRY_MS = 6_000

/** What of it all nodes agree on, and what decides who owns a key. It changes when a node comes, goes or drains. */
export const TopologyNode = NodeAnnouncement.omit({ seenAt: true, state: true })
export type TopologyNode = z.infer<typeof TopologyNode>

/** `GET /api/topology`. */
export const Topology = z.object({
  /** Of the nodes' ids, incarnations, addresses, weights and zones, and of whether they are in the ring. */
  version: z.string(),
  ring: z.object({
    /** How keys are laid on the ring (core/ring/hash-ring.ts, RING_ALGORITHM): who knows another asks any node. */
    algorithm: z.number().int(),
  }),
  /** Ordered by id. */
  nodes: z.array(TopologyNode),
})
export type Topology = z.infer<typeof Topology>

/** `GET /api/nodes`. */
export const NodeList = z.object({
  /** Of the topology that the answering node follows; null: it could not read it yet. */
  version: z.string().nullable(),
  nodes: z.array(
    NodeAnnouncement.extend({
      /** Share of all keys that it owns, 0 to 1; null when it is not in the ring. */
      ringShare: z.number().min(0).max(1).nullable(),
      /** Records of the log that it has not applied; null when it is no member of the log. */
      lagEpochs: z.number().int().nonnegative().nullable(),
    }),
  ),
})
export type NodeList = z.infer<typeof NodeList>

/** `POST` and `DELETE /api/nodes/:id/drain`. */
export const NodeDrain = z.object({ id: z.string(), draining: z.boolean() })
export type NodeDrain = z.infer<typeof NodeDrain>
