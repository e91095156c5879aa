import { z } from 'zod'
import { CoherenceState } from './node-registry.ts'

const count = z.number().nonnegative()

/** Operations whose latency is recorded, each with its own histogram. */
export const OPERATIONS = [
  'get_l1',
  'get_l2',
  'get_peer',
  'get_origin',
  'get_miss',
  'put',
  'invalidate',
  'mget',
  'mput',
  'list',
] as const
export type Operation = (typeof OPERATIONS)[number]

export const Histogram = z.object({
  count,
  sumUs: count,
  buckets: z.array(z.tuple([z.number().int(), count])),
})

/** What an invalidation names; one that names several counts under each. */
export const INVALIDATION_KINDS = ['key', 'tag', 'pattern', 'namespace', 'all'] as const
export type InvalidationKind = (typeof INVALIDATION_KINDS)[number]

/** Counters of one namespace; cumulative since the process started. */
export const NamespaceCounters = z.object({
  hits: count,
  misses: count,
  stale: count,
  loads: count,
  loadFailures: count,
  writes: count,
  invalidations: count,
})
export type NamespaceCounters = z.infer<typeof NamespaceCounters>

/** Reads between nodes, one per key. What was asked and has none of the three outcomes yet is under way. */
export const PeerCounters = z.object({
  asked: count,
  /** Answered, be it that the key is nowhere or its origin failed. */
  answered: count,
  /** Nobody answered, or not in time: another was asked, or this node answered by itself. */
  unavailable: count,
  /** Not sent at all: the breaker was open, or the node had all the requests it may have. */
  refused: count,
  /** What this node answered for others. */
  served: count,
})
export type PeerCounters = z.infer<typeof PeerCounters>

/**
 * `GET /api/metrics` of a node. Everything under `counters` and every histogram is cumulative since `startedAt`: a reader
 * takes differences, and a smaller number than before means that the process restarted.
 */
export const NodeMetrics = z.object({
  node: z.object({
    id: z.string(),
    incarnation: z.string(),
    url: z.string(),
    version: z.string(),
    startedAt: z.number(),
    pid: z.number().int(),
  }),
  /** Epoch ms at which this was read. */
  at: z.number(),
  coherence: z.object({
    state: CoherenceState,
    generation: z.string().nullable(),
    applied: count,
    tail: count,
    leaseRemainingMs: z.number(),
    lastPollMs: z.number().nullable(),
  }),
  counters: z.object({
    /** Requests answered, by class of status. */
    requests: z.object({ ok: count, notModified: count, clientError: count, serverError: count }),
    hits: z.object({ l1: count, l2: count, peer: count.default(0), negative: count, stale: count }),
    /** Misses by reason. */
    misses: z.object({ absent: count, expired: count, invalidated: count, degraded: count, bypass: count }),
    loads: z.object({
      started: count,
      succeeded: count,
      absent: count,
      failed: count,
      joined: count,
      discarded: count,
    }),
    writes: count,
    /** Invalidations accepted, each once. */
    invalidations: count,
    invalidationsByKind: z.record(z.enum(INVALIDATION_KINDS), count),
    /**
     * Waits for all nodes that have ended: every member had applied it, a lease had to run out, or the answer went out
     * before either.
     */
    acknowledgements: z.object({ members: count, lease: count, refused: count }),
    invalidationsApplied: count,
    evictions: count,
    l2Errors: count,
    logErrors: count,
    rateLimited: count,
    bytesServed: count,
    /** Reads between nodes. */
    peers: PeerCounters.default({ asked: 0, answered: 0, unavailable: 0, refused: 0, served: 0 }),
  }),
  /** As this node last read it; a node of a version before says nothing of it. */
  ring: z
    .object({
      /** Of the topology; null when the registry was never read. Equal on nodes that agree. */
      version: z.string().nullable(),
      /** Nodes in the ring. */
      nodes: count,
      /** This node's share of all keys, 0 to 1; 0 when it is not in the ring. */
      share: z.number().min(0).max(1),
    })
    .default({ version: null, nodes: 0, share: 0 }),
  /** Whether L2 is being asked (closed); a node of a version before says nothing of it. */
  l2: z.object({ breaker: z.enum(['closed', 'open', 'half_open']) }).default({ breaker: 'closed' }),
  gauges: z.object({
    l1Entries: count,
    l1Bytes: count,
    l1MaxBytes: count,
    l1MaxEntries: count,
    heapBytes: count,
    rssBytes: count,
    eventLoopLagMs: count,
    loadsInFlight: count,
    connections: count,
    controlRevision: count,
    /** Nodes that an acknowledgement waits for, and those among them that stay behind. As this node last saw it. */
    logMembers: count,
    logLaggards: count,
    /** Memory of what the log said, bytes. */
    indexBytes: count,
  }),
  latency: z.partialRecord(z.enum(OPERATIONS), Histogram),
  /** Delay from append to applied on this node, microseconds; own appends only, so that one clock measures both ends. */
  propagation: Histogram,
  /** Delay from append to acknowledgement, microseconds. */
  acknowledgement: Histogram,
  /** The busiest namespaces, up to a bound. */
  namespaces: z.record(z.string(), NamespaceCounters),
  origins: z.record(
    z.string(),
    z.object({ breaker: z.enum(['closed', 'open', 'half_open']), inFlight: count, queued: count }),
  ),
})
export type NodeMetrics = z.infer<typeof NodeMetrics>
