import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'

const rates = [
  'requestsPerS',
  'l1HitsPerS',
  'l2HitsPerS',
  'peerHitsPerS',
  'missesPerS',
  'stalePerS',
  'originLoadsPerS',
  'originFailuresPerS',
  'writesPerS',
  'invalidationsPerS',
  'evictionsPerS',
  'errorsPerS',
] as const satisfies (keyof TrafficSample)[]

const latencies = ['p50Ms', 'p90Ms', 'p95Ms', 'p99Ms', 'propagationP99Ms'] as const satisfies (keyof TrafficSample)[]

/**
 * Several samples in a row as one: rates averaged, the hit ratio weighed by reads, gauges as the last one had them.
 * Quantiles cannot be merged truly, only estimated, by their mean weighed by requests; the stored history, made from
 * histograms, soon takes the estimate's place.
 */
export function mergeSamples(samples: readonly [TrafficSample, ...TrafficSample[]]): TrafficSample {
  const last = samples[samples.length - 1] ?? samples[0]
  if (samples.length === 1) return last
  const merged = { ...last }
  for (const rate of rates) merged[rate] = samples.reduce((sum, sample) => sum + sample[rate], 0) / samples.length
  for (const latency of latencies) {
    merged[latency] = weighedMean(samples, latency, (sample) => sample.requestsPerS)
  }
  merged.hitRatio = weighedMean(
    samples,
    'hitRatio',
    ({ l1HitsPerS, l2HitsPerS, peerHitsPerS, stalePerS, missesPerS }) =>
      l1HitsPerS + l2HitsPerS + peerHitsPerS + stalePerS + missesPerS,
  )
  return merged
}

/** Null when nothing is known, or nothing that is known has any weight. */
function weighedMean(
  samples: readonly TrafficSample[],
  field: 'hitRatio' | (typeof latencies)[number],
  weightOf: (sample: TrafficSample) => number,
): number | null {
  let total = 0
  let weights = 0
  for (const sample of samples) {
    const value = sample[field]
    if (value === null) continue
    total += value * weightOf(sample)
    weights += weightOf(sample)
  }
  return weights === 0 ? null : total / weights
}
