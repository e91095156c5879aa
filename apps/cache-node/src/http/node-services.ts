import type { Clock } from '@freshet/core/clock'
import type { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import type { Follower, Instant } from '@freshet/core/coherence/follower'
import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import type { NodeList } from '@freshet/core/contracts/node-registry'
import type { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import type { Invalidator } from '@freshet/core/invalidation/invalidator'
import type { ReceiptStore } from '@freshet/core/invalidation/receipt-store'
import type { CacheWriter } from '@freshet/core/tiers/cache-writer'
import type { TieredCache } from '@freshet/core/tiers/tiered-cache'
import type { BulkRuns } from '@freshet/redis/bulk-runs'
import type { CheckReport } from '@freshet/redis/checks/redis-checks'
import type { IdempotencyStore } from '@freshet/redis/idempotency-store'
import type { InvalidationQueue } from '@freshet/redis/invalidation-queue'
import type { KeyLister } from '@freshet/redis/key-lister'
import type { ChangeFeed } from '../change-feed.ts'
import type { ControlState } from '../control-state.ts'
import type { EpochWaiters } from '../epoch-waiters.ts'
import type { InvalidationPreview } from '../invalidation-preview.ts'
import type { LoadLeasing } from '../load-leasing.ts'
import type { DrainElsewhere } from '../membership/drain-elsewhere.ts'
import type { Membership } from '../membership/membership.ts'
import type { Recorder } from '../metrics/recorder.ts'
import type { ForwardedReads } from '../peers/forwarded-reads.ts'
import type { Complain } from '../quietly.ts'

/** What routes work with; made once in node.ts. */
export interface NodeServices {
  cache: TieredCache
  /** Reads that other nodes pass on. */
  forwardedReads: ForwardedReads
  writer: CacheWriter
  invalidator: Invalidator
  acknowledger: Acknowledger
  receipts: ReceiptStore
  queue: InvalidationQueue
  bulkRuns: BulkRuns
  idempotency: IdempotencyStore
  leasing: LoadLeasing
  epochs: EpochWaiters
  changes: ChangeFeed
  preview: InvalidationPreview
  control: ControlState
  follower: Follower
  recorder: Recorder
  clock: Clock
  clusterClock: ClusterClock
  instant: () => Instant
  listKeys: KeyLister
  readMetrics: () => NodeMetrics
  /** The node's own process metrics in Prometheus form (heap, event loop, garbage collection). */
  readProcessMetrics: () => Promise<string>
  membership: Membership
  readNodeList: () => Promise<NodeList>
  drainElsewhere: DrainElsewhere
  isDraining: () => boolean
  complain: Complain
  /** Whether policies and keys were asked for with success. */
  isControlKnown: () => boolean
  /** What the checks of the node's servers found last. */
  readChecks: () => CheckReport
  version: string
}
