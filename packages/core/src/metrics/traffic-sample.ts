import type { TrafficSample } from '../contracts/cluster-overview.ts'
import { type HistogramSnapshot, mergeSnapshots, quantileUs } from './histogram.ts'
import { mapCounters, type NodeDelta } from './node-totals.ts'

/** A node's delta and what turns its counts into rates: 1 / seconds, or a share of it when only a part falls inside. */
export interface TrafficPart {
  delta: NodeDelta
  perSecond: number
}

/**
 * Rates and quantiles of one interval, over any number of nodes and readings. Histograms are merged before the quantile
 * is taken: an average of quantiles is not a quantile.
 *
 * @param at epoch ms of the interval's end
 * @param gauges one reading per node, the last one of each
 */
export function trafficSample(
  at: number,
  parts: readonly TrafficPart[],
  gauges: readonly Pick<NodeDelta, 'l1Entries' | 'l1Bytes'>[],
): TrafficSample {
  const rates = mapCounters((counter) =>
    parts.reduce((sum, { delta, perSecond }) => sum + delta.counters[counter] * perSecond, 0),
  )
  const hits = rates.l1Hits + rates.l2Hits + rates.peerHits + rates.negativeHits
  const reads = hits + rates.staleHits + rates.misses
  const latency = mergeSnapshots(parts.map(({ delta }) => delta.latency))
  const propagation = mergeSnapshots(parts.map(({ delta }) => delta.propagation))
  return {
    at,
    requestsPerS: rates.requests,
    hitRatio: reads === 0 ? null : hits / reads,
    l1HitsPerS: rates.l1Hits,
    l2HitsPerS: rates.l2Hits,
    peerHitsPerS: rates.peerHits,
    missesPerS: rates.misses,
    stalePerS: rates.staleHits,
    originLoadsPerS: rates.originLoads,
    originFailuresPerS: rates.originFailures,
    writesPerS: rates.writes,
    invalidationsPerS: rates.invalidations,
    evictionsPerS: rates.evictions,
    errorsPerS: rates.errors,
    p50Ms: quantileMs(latency, 0.5),
    p90Ms: quantileMs(latency, 0.9),
    p95Ms: quantileMs(latency, 0.95),
    p99Ms: quantileMs(latency, 0.99),
    propagationP99Ms: quantileMs(propagation, 0.99),
    l1Entries: gauges.reduce((sum, gauge) => sum + gauge.l1Entries, 0),
    l1Bytes: gauges.reduce((sum, gauge) => sum + gauge.l1Bytes, 0),
  }
}

function quantileMs(histogram: HistogramSnapshot, q: number): number | null {
  const us = quantileUs(histogram, q)
  return us === null ? null : us / 1_000
}
