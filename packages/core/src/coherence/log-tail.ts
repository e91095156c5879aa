import type { Clock } from '../clock.ts'
import type { MemoryTier } from '../tiers/memory-tier.ts'
import type { ClusterClock } from './cluster-clock.ts'
import type { Applied, Follower, Instant } from './follower.ts'
import { decodeIndex } from './index-codec.ts'
import type { InvalidationLog, PollReply } from './log.ts'
import type { IndexLimits } from './mode-index.ts'

export interface LogTailDeps {
  log: InvalidationLog
  follower: Follower
  memory: MemoryTier
  clock: Clock
  clusterClock: ClusterClock
  /** The lease, milliseconds; polls come at least every quarter of it. */
  leaseMs: number
  /** Of the indexes that the follower makes; the default when left out. */
  indexLimits?: IndexLimits
  /** `sentAt`: when the poll was sent that brought it. */
  onApplied: (applied: Applied, epoch: number, reply: PollReply, sentAt: Instant) => void
  /** The whole of L2 was stamped up to this epoch of the generation. */
  onSwept: (generation: string, epoch: number) => void
  onError: (error: unknown) => void
}

/**
 * Under a steady rain of appends one poll a millisecond brings all of them; a poll for each would cost this node and Redis
 * more than the appends do. The first doorbell after a quiet moment is answered at once.
 */
const POLL_SPACING_MS = 1

/** Keeps a node's follower at the log's tail: polls at the doorbell, at once while behind, else every quarter lease. */
export class LogTail {
  private readonly deps: LogTailDeps
  private stopped = true
  private rung = false
  private wake: (() => void) | null = null
  private stopDoorbell: (() => void) | null = null
  private loop: Promise<void> = Promise.resolve()
  private polledAt: Instant | null = null

  constructor(deps: LogTailDeps) {
    this.deps = deps
  }

  /**
   * Resolves when the node has what the snapshot knows, or knows that there is none; from then on it follows by itself. To
   * be waited for before clients come: a node that has appended already takes no snapshot.
   */
  start(): Promise<void> {
    this.stopped = false
    this.stopDoorbell = this.deps.log.onDoorbell(() => this.ring())
    const joined = this.join()
    this.loop = joined.then(() => this.follow())
    return joined
  }

  /** Ends after the poll in flight. */
  async stop(): Promise<void> {
    this.stopped = true
    this.stopDoorbell?.()
    this.ring()
    await this.loop
  }

  /** When the last answered poll was sent; null before the first. */
  get lastPoll(): Instant | null {
    return this.polledAt
  }

  private ring(): void {
    this.rung = true
    this.wake?.()
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      this.rung = false
      const startedMs = this.deps.clock.monotonicMs()
      const next = await this.pollOnce()
      if (this.stopped || next === 'behind') continue
      if (next === 'moved' || this.rung) await this.pause(startedMs + POLL_SPACING_MS - this.deps.clock.monotonicMs())
      else await this.rest()
    }
  }

  /** A node that joins knows what was trimmed before it came (rule snap). Without a snapshot it begins cold. */
  private async join(): Promise<void> {
    const { log, follower, onError } = this.deps
    try {
      const snapshot = await log.readSnapshot()
      const index = snapshot && decodeIndex(snapshot.index, snapshot.epoch, this.deps.indexLimits)
      if (snapshot && index) follower.join(snapshot.generation, snapshot.epoch, index)
    } catch (error) {
      onError(error)
    }
  }

  /** `behind`: the log has more. `moved`: we reached the tail, but our new position is not on record yet. */
  private async pollOnce(): Promise<'behind' | 'moved' | 'still' | 'failed'> {
    const { log, follower, memory, clock, clusterClock, onApplied, onSwept, onError } = this.deps
    const sentAt: Instant = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
    try {
      const reply = await log.poll(follower.generation, follower.applied)
      clusterClock.observe(reply.serverTimeMs, sentAt.wallMs, clock.wallMs())
      const { generation } = reply
      const applied = follower.apply(reply, sentAt)
      if (follower.generation !== generation)
        throw new Error(
          `the log's server is back in generation ${generation}, which was over: a primary that was cut off?`,
        )
      for (const { key, epoch } of applied.drops) memory.dropOlder(key, { generation, epoch })
      this.polledAt = sentAt
      onApplied(applied, follower.applied, reply, sentAt)
      if (applied.sweptUpTo !== null) onSwept(generation, applied.sweptUpTo)
      if (applied.behind) return 'behind'
      return reply.records.length > 0 ? 'moved' : 'still'
    } catch (error) {
      onError(error)
      return 'failed'
    }
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, this.deps.leaseMs / 4)
      const finish = () => done()
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
      this.wake = finish
    })
  }
}
