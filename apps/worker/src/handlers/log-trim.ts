import type { LogTrimmer } from '@freshet/redis/log/trimmer'
import type { LogMetrics } from '../metrics/log-metrics.ts'
import type { JobHandler } from './handler.ts'

export interface TrimOptions {
  trimmer: Pick<LogTrimmer, 'trim'>
  /** Records kept although audit and snapshot cover them, so that a node which is a little behind can catch up. */
  spareRecords: number
  metrics: Pick<LogMetrics, 'trimmed'>
}

export function createTrim({ trimmer, spareRecords, metrics }: TrimOptions): JobHandler<'log.trim'> {
  return async () => {
    const { removed } = await trimmer.trim(spareRecords)
    metrics.trimmed(removed)
  }
}
