import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { mergeSamples } from './merge-samples'
import { type TrafficWindow, trafficWindows } from './traffic-windows'

/** Samples are stored this often; a hole is a hole only when several are missing. */
const STORED_EVERY_MS = 5_000

/** A moment in a chart: a sample, or only a time, which breaks the lines where nothing was measured. */
export type ChartPoint = TrafficSample | { at: number }

/**
 * The stored history, continued by what came live since this page was opened, thinned to the window's step. No moment is
 * drawn from both: the history counts as far as it reaches, because its quantiles are true; but where points are to be
 * finer than stored ones are, live points count from the first of them on.
 */
export function joinSeries(
  history: readonly TrafficSample[],
  live: readonly TrafficSample[],
  window: TrafficWindow,
  nowMs: number,
): ChartPoint[] {
  const { spanMs, stepMs } = trafficWindows[window]
  const liveFrom = stepMs < STORED_EVERY_MS ? (live[0]?.at ?? Number.POSITIVE_INFINITY) : (history.at(-1)?.at ?? 0) + 1
  const since = nowMs - spanMs
  const samples = [
    ...history.filter((sample) => sample.at < liveFrom),
    ...live.filter((sample) => sample.at >= liveFrom),
  ].filter((sample) => sample.at >= since)

  const buckets = new Map<number, [TrafficSample, ...TrafficSample[]]>()
  for (const sample of samples) {
    // A sample stands at the end of what it measured: one that ends on a step's edge belongs to the step before it.
    const step = Math.ceil(sample.at / stepMs)
    const bucket = buckets.get(step)
    if (bucket) bucket.push(sample)
    else buckets.set(step, [sample])
  }

  const largestStep = 3 * Math.max(stepMs, STORED_EVERY_MS)
  const points: ChartPoint[] = []
  for (const bucket of buckets.values()) {
    const point = mergeSamples(bucket)
    const before = points.at(-1)
    if (before && point.at - before.at > largestStep) points.push({ at: before.at + 1 })
    points.push(point)
  }
  return points
}
