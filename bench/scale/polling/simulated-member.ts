import type { Clock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower } from '@freshet/core/coherence/follower'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import type { InvalidationLog, LogMembers } from '@freshet/core/coherence/log'
import type { LogTail } from '@freshet/core/coherence/log-tail'
import type { Entry } from '@freshet/core/entries/entry'
import { LruStore } from '@freshet/core/eviction/lru'
import { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { MemoryTier } from '@freshet/core/tiers/memory-tier'
import type { Delays } from './delays.ts'

export interface MemberParts {
  log: InvalidationLog & LogMembers
  clock: Clock
  leaseMs: number
  marginMs: number
  makeTail: typeof LogTail
  delays: Delays
}

/** One bucket: what an index costs is measured elsewhere, and a thousand of the usual size would not fit here. */
const TINY_INDEX = { buckets: 1, maxPatterns: 1, maxNamespaces: 1 }

/** What of a node follows the log and waits for the others: the real parts. */
export class SimulatedMember {
  readonly tail: LogTail
  private readonly parts: MemberParts
  private readonly follower: Follower
  private readonly acknowledger: Acknowledger

  constructor(parts: MemberParts) {
    const { log, clock, leaseMs, marginMs, makeTail, delays } = parts
    const follower = new Follower(leaseMs, () => new InvalidationIndex(TINY_INDEX))
    const acknowledger = new Acknowledger({ members: log, clock, leaseMs, fenceMs: 0, marginMs })
    let applied = 0
    this.parts = parts
    this.follower = follower
    this.acknowledger = acknowledger
    this.tail = new makeTail({
      log,
      follower,
      memory: new MemoryTier(new LruStore<Entry>({ maxBytes: 1, maxEntries: 1 })),
      clock,
      clusterClock: new ClusterClock(clock),
      leaseMs,
      onApplied: (_, epoch) => {
        if (follower.generation !== null) acknowledger.observe(follower.generation)
        while (applied < epoch) delays.applied(++applied)
      },
      onSwept: () => {},
      onError: (error) => {
        throw error
      },
    })
  }

  get isCoherent(): boolean {
    const { clock } = this.parts
    return this.follower.state({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }) === 'coherent'
  }

  /** Appends an invalidation of one key and waits until it is acknowledged. */
  async invalidate(key: string): Promise<void> {
    const { log, clock, delays } = this.parts
    const sentMs = clock.monotonicMs()
    const version = await log.append({ kind: 'keys', keys: [key] })
    delays.appended(version.epoch, sentMs)
    await this.acknowledger.acknowledge(version)
    delays.acknowledged(sentMs)
  }
}
