import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import type { Clock } from '@freshet/core/clock'
import type { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { Invalidator } from '@freshet/core/invalidation/invalidator'
import { Reaper } from '@freshet/core/invalidation/reaper'
import type { Fetch } from '@freshet/core/metrics/scrape-node'
import type { Db } from '@freshet/db/client'
import { archivedUpTo, archiveRecords } from '@freshet/db/queries/audit'
import type { RedisClient } from '@freshet/redis/connection'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import type { L2Sweep } from '@freshet/redis/l2-sweep'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import { LogArchive } from '@freshet/redis/log/log-archive'
import type { RedisLogMembers } from '@freshet/redis/log/members'
import { LogSnapshots } from '@freshet/redis/log/snapshots'
import { LogTrimmer } from '@freshet/redis/log/trimmer'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { RedisReceiptStore } from '@freshet/redis/receipt-store'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { LogFollower } from '../log/log-follower.ts'
import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import { CLOCK_MARGIN_MS, type WorkerSettings } from '../worker-settings.ts'
import { createControlReconcile } from './control-reconcile.ts'
import type { JobHandlers } from './handler.ts'
import { createBulkChunk, createInvalidationRun } from './invalidation-run.ts'
import { createPlanSweep } from './l2-plan-sweep.ts'
import { createSweep } from './l2-sweep.ts'
import { createArchive } from './log-archive.ts'
import { createSnapshot } from './log-snapshot.ts'
import { createTrim } from './log-trim.ts'
import { createReap } from './members-reap.ts'
import { createMetricsPrune } from './metrics-prune.ts'
import { createMetricsSample } from './metrics-sample.ts'

export interface HandlerDeps {
  settings: WorkerSettings
  /** To the log. */
  redis: Redis
  /** To all else that is kept there: receipts, the control document, the list of nodes. */
  records: RedisClient
  db: Db
  /** Asks nodes. */
  fetch: Fetch
  tier: L2Sweep
  follower: LogFollower
  acknowledger: Acknowledger
  members: RedisLogMembers
  metrics: WorkerMetrics
  clock: Clock
  log: Logger
  /** Puts a sweep into the queue unless one is there or under way. */
  beginSweep: () => Promise<void>
  /** Aborts when the worker stops. */
  stopping: AbortSignal
}

/** Puts the jobs together: one handler for each row of the catalogue. */
export function createHandlers(deps: HandlerDeps): JobHandlers {
  const { settings, redis, records, db, fetch, tier, follower, acknowledger, members, metrics, clock, log } = deps
  const replicas = { wanted: settings.waitReplicas, withinMs: settings.leaseMs / 4 }
  const append = new RedisAppendLog(redis, settings.logMaxRecords, replicas)
  const archive = new LogArchive(redis)
  const invalidator = new Invalidator({
    log: append,
    acknowledger,
    local: null,
    receipts: new RedisReceiptStore(records, (version) => archive.isArchived(version)),
    nowMs: () => follower.nowMs(),
    signal: deps.stopping,
    onError: (err) => log.warn({ err }, 'a receipt could not be stored'),
  })
  return {
    'control.reconcile': createControlReconcile(db, createControlPublisher(records)),
    'metrics.sample': createMetricsSample({
      db,
      registry: createNodeRegistry(records),
      fetch,
      token: internalToken(deriveKey(settings.secret, 'node-to-node')),
    }),
    'metrics.prune': createMetricsPrune(db),
    'log.archive': createArchive({
      source: archive,
      audit: {
        archivedUpTo: (generation) => archivedUpTo(db, generation),
        archive: (page) => archiveRecords(db, page),
      },
      metrics: metrics.log,
    }),
    'log.snapshot': createSnapshot({ follower, snapshots: new LogSnapshots(redis), metrics: metrics.log }),
    'log.trim': createTrim({
      trimmer: new LogTrimmer(redis),
      spareRecords: settings.logSpareRecords,
      metrics: metrics.log,
    }),
    'members.reap': createReap({
      reaper: settings.strict
        ? null
        : new Reaper({ members, clock, leaseMs: settings.leaseMs, marginMs: CLOCK_MARGIN_MS }),
      log,
      metrics: metrics.log,
    }),
    'l2.plan-sweep': createPlanSweep({ follower, rhythm: settings.sweep, clock, begin: deps.beginSweep }),
    'l2.sweep': createSweep({
      tier,
      follower,
      log: append,
      clock,
      entriesPerSecond: settings.sweep.entriesPerSecond,
      metrics: metrics.sweep,
    }),
    'invalidation.run': createInvalidationRun(invalidator),
    'invalidation.bulk-chunk': createBulkChunk(invalidator),
  }
}
