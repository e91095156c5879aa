import { z } from 'zod'
import { Histogram, type NodeMetrics } from '../contracts/node-metrics.ts'
import { type HistogramSnapshot, mergeSnapshots, subtractSnapshot } from './histogram.ts'

/** What is counted about a node's traffic. */
export const COUNTERS = [
  'requests',
  'l1Hits',
  'l2Hits',
  'peerHits',
  'negativeHits',
  'staleHits',
  'misses',
  'originLoads',
  'originFailures',
  'writes',
  'invalidations',
  'evictions',
  'errors',
] as const
export type Counter = (typeof COUNTERS)[number]

/** The part of a node's metrics that charts are made of; cumulative since the node's process started. */
export const NodeTotals = z.object({
  incarnation: z.string(),
  counters: z.record(z.enum(COUNTERS), z.number().nonnegative()),
  l1Entries: z.number().nonnegative(),
  l1Bytes: z.number().nonnegative(),
  /** Reads of single keys, whatever tier answered. Batches are left out: their size would drown everything else. */
  latency: Histogram,
  propagation: Histogram,
})
export type NodeTotals = z.infer<typeof NodeTotals>

/** What a node did between two readings. Gauges are the later reading's. */
export interface NodeDelta {
  counters: Record<Counter, number>
  l1Entries: number
  l1Bytes: number
  latency: HistogramSnapshot
  propagation: HistogramSnapshot
}

export function totalsOf({ node, counters, gauges, latency, propagation }: NodeMetrics): NodeTotals {
  const { requests, hits, misses, loads } = counters
  const reads = [latency.get_l1, latency.get_l2, latency.get_peer, latency.get_origin, latency.get_miss]
  return {
    incarnation: node.incarnation,
    counters: {
      requests: requests.ok + requests.notModified + requests.clientError + requests.serverError,
      l1Hits: hits.l1,
      l2Hits: hits.l2,
      peerHits: hits.peer,
      negativeHits: hits.negative,
      staleHits: hits.stale,
      misses: Object.values(misses).reduce((sum, count) => sum + count, 0),
      originLoads: loads.started,
      originFailures: loads.failed,
      writes: counters.writes,
      invalidations: counters.invalidations,
      evictions: counters.evictions,
      errors: requests.serverError,
    },
    l1Entries: gauges.l1Entries,
    l1Bytes: gauges.l1Bytes,
    latency: mergeSnapshots(reads.filter((histogram) => histogram !== undefined)),
    propagation,
  }
}

/**
 * What happened between two readings. A restarted process counts from zero again, and its incarnation tells so even when
 * it has already counted past the earlier reading; then everything that it counted happened since.
 */
export function subtractTotals(later: NodeTotals, earlier: NodeTotals): NodeDelta {
  const { l1Entries, l1Bytes, latency, propagation } = later
  if (later.incarnation !== earlier.incarnation)
    return { counters: later.counters, l1Entries, l1Bytes, latency, propagation }
  return {
    counters: mapCounters((counter) => Math.max(0, later.counters[counter] - earlier.counters[counter])),
    l1Entries,
    l1Bytes,
    latency: subtractSnapshot(latency, earlier.latency),
    propagation: subtractSnapshot(propagation, earlier.propagation),
  }
}

/** Two stretches of the same node, one after the other. */
export function addDeltas(earlier: NodeDelta, later: NodeDelta): NodeDelta {
  return {
    counters: mapCounters((counter) => earlier.counters[counter] + later.counters[counter]),
    l1Entries: later.l1Entries,
    l1Bytes: later.l1Bytes,
    latency: mergeSnapshots([earlier.latency, later.latency]),
    propagation: mergeSnapshots([earlier.propagation, later.propagation]),
  }
}

/** A number for each counter. */
export function mapCounters(value: (counter: Counter) => number): Record<Counter, number> {
  const entries = COUNTERS.map((counter) => [counter, value(counter)] as const)
  return Object.fromEntries(entries) as Record<Counter, number>
}
