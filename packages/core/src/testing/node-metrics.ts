import type { NodeMetrics } from '../contracts/node-metrics.ts'
import { emptySnapshot } from '../metrics/histogram.ts'

/** A node that has done nothing yet; tests change what they speak of. */
export function idleNodeMetrics(id = 'node-1', at = 1_000_000): NodeMetrics {
  return {
    node: { id, incarnation: 'first', url: `http://${id}.test`, version: '0.0.0', startedAt: 0, pid: 1 },
    at,
    coherence: { state: 'coherent', generation: 'g', applied: 0, tail: 0, leaseRemainingMs: 1_000, lastPollMs: 1 },
    counters: {
      requests: { ok: 0, notModified: 0, clientError: 0, serverError: 0 },
      hits: { l1: 0, l2: 0, peer: 0, negative: 0, stale: 0 },
      misses: { absent: 0, expired: 0, invalidated: 0, degraded: 0, bypass: 0 },
      loads: { started: 0, succeeded: 0, absent: 0, failed: 0, joined: 0, discarded: 0 },
      writes: 0,
      invalidations: 0,
      invalidationsByKind: { key: 0, tag: 0, pattern: 0, namespace: 0, all: 0 },
      acknowledgements: { members: 0, lease: 0, refused: 0 },
      invalidationsApplied: 0,
      evictions: 0,
      l2Errors: 0,
      logErrors: 0,
      rateLimited: 0,
      bytesServed: 0,
      peers: { asked: 0, answered: 0, unavailable: 0, refused: 0, served: 0 },
    },
    ring: { version: null, nodes: 0, share: 0 },
    l2: { breaker: 'closed' },
    gauges: {
      l1Entries: 0,
      l1Bytes: 0,
      l1MaxBytes: 1_000_000,
      l1MaxEntries: 1_000,
      heapBytes: 0,
      rssBytes: 0,
      eventLoopLagMs: 0,
      loadsInFlight: 0,
      connections: 0,
      controlRevision: 0,
      logMembers: 1,
      logLaggards: 0,
      indexBytes: 0,
    },
    latency: {},
    propagation: emptySnapshot,
    acknowledgement: emptySnapshot,
    namespaces: {},
    origins: {},
  }
}
