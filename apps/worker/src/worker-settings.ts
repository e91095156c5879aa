import type { Environment } from '@freshet/core/contracts/findings'
import type { TlsFiles } from '@freshet/tls/tls-files'
import type { SweepRhythm } from './sweep/sweep-due.ts'

/** Two machines' clocks do not run at quite the same rate: added to every lease that must be over, milliseconds. */
export const CLOCK_MARGIN_MS = 100

/** What a worker is told; times in milliseconds. */
export interface WorkerSettings {
  redisUrl: string
  l2RedisUrl: string
  databaseUrl: string
  secret: string
  /** What it shows nodes, and whom it believes. */
  tls: TlsFiles
  host: string
  port: number
  /** Jobs at a time, of each queue. */
  concurrency: number
  /** The lease that nodes give themselves. */
  leaseMs: number
  /** See `CheckSettings`. */
  environment: Environment
  accepted: ReadonlySet<string>
  fenceMs: number | 'auto'
  waitReplicas: number | 'auto'
  /** See `AckRules.strict`: nobody is reaped, and only members' word acknowledges. */
  strict: boolean
  /** The hard cap of the log, for when nobody trims. */
  logMaxRecords: number
  /** Records that trimming leaves although audit and snapshot cover them. */
  logSpareRecords: number
  sweep: SweepRhythm & { entriesPerSecond: number }
}
