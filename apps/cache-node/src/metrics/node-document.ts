import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Follower, Instant } from '@freshet/core/coherence/follower'
import type { NamespaceCounters, NodeMetrics, Operation } from '@freshet/core/contracts/node-metrics'
import type { HistogramSnapshot } from '@freshet/core/metrics/histogram'
import type { OriginStatus } from '@freshet/core/origins/origin'
import type { GuardedSharedTier } from '@freshet/core/tiers/guarded-shared-tier'
import type { MemoryTier } from '@freshet/core/tiers/memory-tier'
import type { MemberGauges } from './member-gauges.ts'
import type { Recorder } from './recorder.ts'

export interface NodeDocumentSources {
  node: Omit<NodeMetrics['node'], 'pid'>
  recorder: Recorder
  follower: Follower
  memory: MemoryTier
  shared: Pick<GuardedSharedTier, 'state'>
  limits: { maxBytes: number; maxEntries: number }
  instant: () => Instant
  lastPoll: () => Instant | null
  loadsInFlight: () => number
  connections: () => number
  controlRevision: () => number
  members: MemberGauges
  ring: () => NodeMetrics['ring']
  origins: () => ReadonlyMap<string, OriginStatus>
}

/** Reads everything at once, when somebody scrapes. */
export function nodeDocumentReader(sources: NodeDocumentSources): () => NodeMetrics {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return () => {
    const { recorder, follower, memory, limits, instant, lastPoll } = sources
    const now = instant()
    const polled = lastPoll()
    const usage = process.memoryUsage()
    const latency: Partial<Record<Operation, HistogramSnapshot>> = {}
    for (const [operation, histogram] of recorder.latency) latency[operation] = histogram.snapshot()
    return {
      node: { ...sources.node, pid: process.pid },
      at: now.wallMs,
      coherence: {
        state: follower.state(now),
        generation: follower.generation,
        applied: follower.applied,
        tail: follower.tail,
        leaseRemainingMs: follower.leaseRemainingMs(now),
        lastPollMs: polled === null ? null : now.monotonicMs - polled.monotonicMs,
      },
      counters: {
        requests: { ...recorder.requests },
        hits: { ...recorder.hits },
        misses: { ...recorder.misses },
        loads: { ...recorder.loads },
        writes: recorder.writes,
        invalidations: recorder.invalidations,
        invalidationsByKind: { ...recorder.invalidationsByKind },
        acknowledgements: { ...recorder.acknowledgements },
        invalidationsApplied: recorder.invalidationsApplied,
        evictions: recorder.evictions,
        l2Errors: recorder.l2Errors,
        logErrors: recorder.logErrors,
        rateLimited: recorder.rateLimited,
        bytesServed: recorder.bytesServed,
        peers: { ...recorder.peers },
      },
      ring: sources.ring(),
      l2: { breaker: sources.shared.state },
      gauges: {
        l1Entries: memory.count,
        l1Bytes: memory.bytes,
        l1MaxBytes: limits.maxBytes,
        l1MaxEntries: limits.maxEntries,
        heapBytes: usage.heapUsed,
        rssBytes: usage.rss,
        // The histogram counts the timer's own 20 ms as well.
        eventLoopLagMs: Math.max(0, delay.percentile(99) / 1e6 - 20),
        loadsInFlight: sources.loadsInFlight(),
        connections: sources.connections(),
        controlRevision: sources.controlRevision(),
        logMembers: sources.members.count,
        logLaggards: sources.members.laggards,
        indexBytes: follower.indexBytes,
      },
      latency,
      propagation: recorder.propagation.snapshot(),
      acknowledgement: recorder.acknowledgement.snapshot(),
      namespaces: Object.fromEntries(busiest(recorder.namespaces)),
      origins: Object.fromEntries(sources.origins()),
    }
  }
}

/** The wire carries the busiest rows only: a scrape each second must stay small. */
function busiest(namespaces: ReadonlyMap<string, NamespaceCounters>): [string, NamespaceCounters][] {
  return [...namespaces]
    .sort(([, a], [, b]) => b.hits + b.misses + b.writes - (a.hits + a.misses + a.writes))
    .slice(0, 50)
    .map(([name, counters]) => [name, { ...counters }])
}
