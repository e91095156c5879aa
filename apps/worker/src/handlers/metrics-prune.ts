import type { Db } from '@freshet/db/client'
import { databaseNowMs, pruneBaselines } from '@freshet/db/queries/metric-readings'
import { pruneSamples } from '@freshet/db/queries/metric-samples'
import type { JobHandler } from './handler.ts'

export function createMetricsPrune(db: Db): JobHandler<'metrics.prune'> {
  return async () => {
    const nowMs = await databaseNowMs(db)
    await pruneSamples(db, nowMs)
    await pruneBaselines(db, nowMs)
  }
}
