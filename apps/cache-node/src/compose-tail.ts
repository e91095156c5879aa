import type { Clock } from '@freshet/core/clock'
import type { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import type { Follower } from '@freshet/core/coherence/follower'
import { LogTail } from '@freshet/core/coherence/log-tail'
import type { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import type { MemorySweep } from '@freshet/core/tiers/memory-sweep'
import type { MemoryTier } from '@freshet/core/tiers/memory-tier'
import type { ChangeFeed } from './change-feed.ts'
import type { NodeEnv } from './env.ts'
import type { EpochWaiters } from './epoch-waiters.ts'
import type { MeasuredLog } from './measured-log.ts'
import type { Recorder } from './metrics/recorder.ts'
import type { Complain } from './quietly.ts'

export interface TailParts {
  env: NodeEnv
  log: MeasuredLog
  follower: Follower
  memory: MemoryTier
  memorySweep: MemorySweep
  acknowledger: Acknowledger
  epochs: EpochWaiters
  changes: ChangeFeed
  recorder: Recorder
  clock: Clock
  clusterClock: ClusterClock
  complain: Complain
}

/** What keeps the node at the log's tail, and tells everybody here how far it has come. */
export function composeTail(parts: TailParts): LogTail {
  const { env, log, follower, memory, memorySweep, acknowledger, epochs, changes, recorder, complain } = parts
  return new LogTail({
    log,
    follower,
    memory,
    clock: parts.clock,
    clusterClock: parts.clusterClock,
    leaseMs: env.FRESHET_LEASE_MS,
    onApplied: (applied, epoch, reply, sentAt) => {
      changes.noteApplied(reply, epoch, sentAt)
      recorder.invalidationsApplied += applied.records
      log.noteApplied(follower.generation, epoch)
      if (follower.generation !== null) acknowledger.observe(follower.generation)
      epochs.noteApplied()
    },
    onSwept: (generation, epoch) => memorySweep.fold(generation, epoch),
    onError: (error) => {
      recorder.logErrors++
      complain('log poll', error)
    },
  })
}
