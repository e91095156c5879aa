import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'

const rates = [
  'requestsPerS',
  'l1HitsPerS',
  'l2HitsPerS',
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
 * Quantiles cannot be averaged truly; the worst of the interval is shown, which never hides a peak.
 */
export function mergeSamples(samples: readonly [TrafficSample, ...TrafficSample[]]): TrafficSample {
  const last = samples[samples.length - 1] ?? samples[0]
  if (samples.length === 1) return last
  const merged = { ...last }
  for (const rate of rates) merged[rate] = samples.reduce((sum, sample) => sum + sample[rate], 0) / samples.length
  for (const latency of latencies) {
    const known = samples.map((sample) => sample[latency]).filter((value) => value !== null)
    merged[latency] = known.length === 0 ? null : Math.max(...known)
  }
  let reads = 0
  let hits = 0
  for (const sample of samples) {
    if (sample.hitRatio === null) continue
    const weight = sample.l1HitsPerS + sample.l2HitsPerS + sample.stalePerS + sample.missesPerS
    reads += weight
    hits += weight * sample.hitRatio
  }
  merged.hitRatio = reads === 0 ? null : hits / reads
  return merged
}
