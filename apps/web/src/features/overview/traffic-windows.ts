/**
 * The spans of time that charts show. `stepMs` is the width of one point, as the history has it; live points are thinned
 * to it. `refetchMs` is how often the history is read again.
 */
export const trafficWindows = {
  '1m': { label: '1 m', spanMs: 60_000, stepMs: 1_000, refetchMs: 15_000 },
  '5m': { label: '5 m', spanMs: 300_000, stepMs: 5_000, refetchMs: 15_000 },
  '1h': { label: '1 h', spanMs: 3_600_000, stepMs: 60_000, refetchMs: 60_000 },
  '24h': { label: '24 h', spanMs: 86_400_000, stepMs: 600_000, refetchMs: 300_000 },
} as const

export type TrafficWindow = keyof typeof trafficWindows
export const TRAFFIC_WINDOWS = Object.keys(trafficWindows) as TrafficWindow[]
