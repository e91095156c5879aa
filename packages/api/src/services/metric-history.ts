import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { type TrafficPart, trafficSample } from '@freshet/core/metrics/traffic-sample'
import type { Db } from '@freshet/db/client'
import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import { type Resolution, readSamples, type StoredSample } from '@freshet/db/queries/metric-samples'
import type { HistoryWindow } from '../schemas/traffic.ts'

const WINDOWS: Record<HistoryWindow, { lengthMs: number; stepMs: number; resolution: Resolution }> = {
  '1m': { lengthMs: 60_000, stepMs: 5_000, resolution: 'reading' },
  '5m': { lengthMs: 300_000, stepMs: 5_000, resolution: 'reading' },
  '1h': { lengthMs: 3_600_000, stepMs: 60_000, resolution: 'minute' },
  '24h': { lengthMs: 86_400_000, stepMs: 600_000, resolution: 'tenMinutes' },
}

/** Traffic over a window, oldest point first. */
export type ReadHistory = (window: HistoryWindow) => Promise<TrafficSample[]>

export function createReadHistory(db: Db): ReadHistory {
  return async (window) => {
    const { lengthMs, stepMs, resolution } = WINDOWS[window]
    const sinceMs = Math.floor(((await databaseNowMs(db)) - lengthMs) / stepMs) * stepMs
    return historyPoints(await readSamples(db, resolution, sinceMs), sinceMs, stepMs)
  }
}

/**
 * Merges samples of all nodes into steps. A sample that reaches over several steps (nobody could read the node for a
 * while) gives each its share by time. A step's rates are per second of the time that samples cover in it, so the
 * newest, unfinished step is no dip; a step that none covers has no point.
 *
 * @param samples oldest first
 */
export function historyPoints(samples: readonly StoredSample[], sinceMs: number, stepMs: number): TrafficSample[] {
  const endMs = samples.reduce((latest, { toMs }) => Math.max(latest, toMs), 0)
  const points: TrafficSample[] = []
  for (let startMs = sinceMs; startMs < endMs; startMs += stepMs) {
    const stopMs = Math.min(startMs + stepMs, endMs)
    const inside = samples.filter(({ fromMs, toMs }) => fromMs < stopMs && toMs > startMs)
    if (inside.length > 0) points.push(mergeStep(inside, startMs, stopMs))
  }
  return points
}

function mergeStep(samples: readonly StoredSample[], startMs: number, stopMs: number): TrafficSample {
  const covered = (sample: StoredSample) => Math.min(sample.toMs, stopMs) - Math.max(sample.fromMs, startMs)
  const parts = samples.map((sample): TrafficPart => {
    const share = covered(sample) / (sample.toMs - sample.fromMs)
    return { delta: sample.delta, perSecond: (share * 1_000) / (stopMs - startMs) }
  })
  const lastOfNode = new Map(samples.map((sample) => [sample.nodeId, sample.delta]))
  return trafficSample(stopMs, parts, [...lastOfNode.values()])
}
