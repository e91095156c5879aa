import type { Clock } from '../clock.ts'
import type { MemoryTier } from '../tiers/memory-tier.ts'
import type { ClusterClock } from './cluster-clock.ts'
import type { Applied, Follower, Instant } from './follower.ts'
import type { InvalidationLog } from './log.ts'

export interface LogTailDeps {
  log: InvalidationLog
  follower: Follower
  memory: MemoryTier
  clock: Clock
  clusterClock: ClusterClock
  /** The lease, milliseconds; polls come at least every quarter of it. */
  leaseMs: number
  onApplied: (applied: Applied, epoch: number) => void
  onError: (error: unknown) => void
}

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

  start(): void {
    this.stopped = false
    this.stopDoorbell = this.deps.log.onDoorbell(() => this.ring())
    this.loop = this.run()
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

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.rung = false
      const behind = await this.pollOnce()
      if (!behind && !this.rung && !this.stopped) await this.rest()
    }
  }

  /** True when the log has more, or our new position is not yet on record: poll again at once. */
  private async pollOnce(): Promise<boolean> {
    const { log, follower, memory, clock, clusterClock, onApplied, onError } = this.deps
    const sentAt: Instant = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
    try {
      const reply = await log.poll(follower.generation, follower.applied)
      clusterClock.observe(reply.serverTimeMs, sentAt.wallMs, clock.wallMs())
      const generation = reply.generation
      const applied = follower.apply(reply, sentAt)
      for (const { key, epoch } of applied.drops) memory.dropOlder(key, { generation, epoch })
      this.polledAt = sentAt
      onApplied(applied, follower.applied)
      return applied.behind || reply.records.length > 0
    } catch (error) {
      onError(error)
      return false
    }
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
