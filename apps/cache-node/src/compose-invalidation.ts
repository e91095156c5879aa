import { deriveKey } from '@freshet/core/access/secrets'
import type { Clock } from '@freshet/core/clock'
import type { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import type { Follower } from '@freshet/core/coherence/follower'
import { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { Invalidator } from '@freshet/core/invalidation/invalidator'
import type { CacheWriter } from '@freshet/core/tiers/cache-writer'
import { BulkRuns } from '@freshet/redis/bulk-runs'
import { IdempotencyStore } from '@freshet/redis/idempotency-store'
import type { RedisInvalidationLog } from '@freshet/redis/invalidation-log'
import { InvalidationQueue } from '@freshet/redis/invalidation-queue'
import { L2Preview } from '@freshet/redis/l2-preview'
import { LoadLeases } from '@freshet/redis/load-leases'
import { LogArchive } from '@freshet/redis/log/log-archive'
import { RedisReceiptStore } from '@freshet/redis/receipt-store'
import type { NodeEnv } from './env.ts'
import { EpochWaiters } from './epoch-waiters.ts'
import { InvalidationPreview } from './invalidation-preview.ts'
import { LoadLeasing } from './load-leasing.ts'
import type { MeasuredLog } from './measured-log.ts'
import type { Complain } from './quietly.ts'
import type { NodeConnections } from './redis-connections.ts'

/** Two machines' clocks do not run at quite the same rate: added to every lease that must be over, milliseconds. */
const CLOCK_MARGIN_MS = 100
/** How long an answer is kept for whoever sends its request again, milliseconds. */
const KEEP_ANSWERS_MS = 86_400_000
/** Longer than any answer takes; a node that died with a request blocks its repeat for so long. */
const HOLD_REQUESTS_MS = 60_000

export interface InvalidationDeps {
  env: NodeEnv
  /** See `AckRules`. */
  fenceMs: number
  connections: NodeConnections
  /** The log as others see it: its members. */
  members: RedisInvalidationLog
  /** The same, with a stopwatch on appends. */
  log: MeasuredLog
  follower: Follower
  writer: CacheWriter
  clock: Clock
  clusterClock: ClusterClock
  complain: Complain
  /** Ends all waits when the node stops. */
  stopping: AbortSignal
}

/** Puts together what invalidates, waits for others to have applied it, and remembers what was answered. */
export function composeInvalidation({ env, connections, members, log, writer, follower, ...deps }: InvalidationDeps) {
  const { clock, clusterClock, complain, stopping } = deps
  const nowMs = () => clusterClock.nowMs()
  const archive = new LogArchive(connections.receipts)
  const acknowledger = new Acknowledger({
    members,
    clock,
    leaseMs: env.FRESHET_LEASE_MS,
    fenceMs: deps.fenceMs,
    strict: env.FRESHET_ACK === 'strict',
    marginMs: CLOCK_MARGIN_MS,
  })
  const receipts = new RedisReceiptStore(connections.receipts, (version) => archive.isArchived(version))
  const invalidator = new Invalidator({
    log,
    acknowledger,
    local: writer,
    receipts,
    nowMs,
    signal: stopping,
    onError: (error) => complain('receipt', error),
  })
  const position = () => follower.version()
  return {
    acknowledger,
    invalidator,
    receipts,
    bulkRuns: new BulkRuns(connections.receipts),
    queue: new InvalidationQueue(connections.jobs, (error) => complain('job queue', error)),
    idempotency: new IdempotencyStore(connections.receipts, {
      keepMs: KEEP_ANSWERS_MS,
      holdMs: HOLD_REQUESTS_MS,
    }),
    leasing: new LoadLeasing({
      leases: new LoadLeases(connections.receipts),
      secret: deriveKey(env.FRESHET_SECRET, 'load-lease'),
      position,
      nowMs,
    }),
    epochs: new EpochWaiters(position),
    preview: new InvalidationPreview(connections.browse, new L2Preview(connections.browse)),
  }
}
