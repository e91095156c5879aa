import type { Clock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower } from '@freshet/core/coherence/follower'
import type { Judged, Verdict } from '@freshet/core/coherence/generations'
import { decodeIndex, encodeIndex } from '@freshet/core/coherence/index-codec'
import type { LogSnapshot, PollReply } from '@freshet/core/coherence/log'
import type { Version } from '@freshet/core/coherence/version'
import type { SweepFacts } from '../sweep/sweep-due.ts'
import { Unswept } from './unswept.ts'

/** The log for who follows it and is no member: nobody's acknowledgement waits for a worker. */
interface FollowedLog {
  /** As `poll` of a node, without being registered. */
  readAfter(generation: string | null, applied: number): Promise<PollReply>
  readSnapshot(): Promise<LogSnapshot | null>
}

export interface LogFollowerOptions {
  log: FollowedLog
  clock: Clock
  /** See `Generations`: a primary that was cut off would send this follower back to a generation that is over. */
  fenceMs: number
  /** With each read, for who must know how old the log's generation is (rule guard). */
  onGeneration: (generation: string) => void
  onError: (error: unknown) => void
}

/** Pause between two reads that reach the log's end, milliseconds. Nobody waits for the worker to know the newest. */
const READ_EVERY_MS = 200
/** A position that was the log's end in the last so many milliseconds counts as caught up. */
const RECENTLY_MS = 2_000

/**
 * The worker's own knowledge of what the log says, from which it writes snapshots and by which it judges L2. It holds no
 * lease, because it serves nobody.
 */
export class LogFollower {
  private readonly options: LogFollowerOptions
  /** Without a lease: the follower's states are not asked for here. */
  private readonly follower: Follower
  private readonly unswept = new Unswept()
  private readonly clusterClock: ClusterClock
  private stopped = false
  private wake: () => void = () => {}
  private loop: Promise<void> = Promise.resolve()
  private reachedEndMs = Number.NEGATIVE_INFINITY

  constructor(options: LogFollowerOptions) {
    this.options = options
    this.follower = new Follower(0, undefined, options.fenceMs)
    this.clusterClock = new ClusterClock(options.clock)
  }

  start(): void {
    this.loop = this.run()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.wake()
    await this.loop
  }

  /** How far it has come; null before its first read. */
  get position(): Version | null {
    return this.follower.version()
  }

  /** Whether it had come to the log's end a moment ago. */
  get caughtUp(): boolean {
    return this.options.clock.monotonicMs() - this.reachedEndMs <= RECENTLY_MS
  }

  get unsweptFacts(): SweepFacts {
    return this.unswept.facts
  }

  /** Judges an entry and raises its stamp when nothing was found against it. */
  judge(key: string, entry: Judged): Verdict {
    return this.follower.judge(key, entry)
  }

  /** Redis's clock, epoch milliseconds. */
  nowMs(): number {
    return this.clusterClock.nowMs()
  }

  /** What it knows, for nodes that join; null before its first read. Taken in one step: index and position agree. */
  snapshot(): LogSnapshot | null {
    const { index } = this.follower
    const position = this.follower.version()
    return index && position && { ...position, index: encodeIndex(index) }
  }

  private async run(): Promise<void> {
    await this.until(() => this.join())
    while (!this.stopped) {
      const behind = await this.attempt(() => this.readOnce())
      if (!behind) await this.pause()
    }
  }

  /** From a snapshot when there is one; else from the first record that the log still has (rule gap sees to the rest). */
  private async join(): Promise<boolean> {
    const { log, clock } = this.options
    const snapshot = await log.readSnapshot()
    const index = snapshot && decodeIndex(snapshot.index, snapshot.epoch)
    if (snapshot && index) {
      this.follower.join(snapshot.generation, snapshot.epoch, index)
      this.unswept.noteUnseen(snapshot.epoch, clock.monotonicMs())
    }
    return true
  }

  /** True when the log has more. */
  private async readOnce(): Promise<boolean> {
    const { log, clock, onGeneration } = this.options
    const { generation, applied } = this.follower
    const sentAt = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
    const reply = await log.readAfter(generation, applied)
    this.clusterClock.observe(reply.serverTimeMs, sentAt.wallMs, clock.wallMs())
    onGeneration(reply.generation)
    const { behind, sweptUpTo } = this.follower.apply(reply, sentAt)
    if (this.follower.generation !== reply.generation)
      throw new Error(`the log's server is back in generation ${reply.generation}: a primary that was cut off?`)
    if (generation !== null && reply.generation !== generation) this.unswept.reset()
    for (const record of reply.records) this.unswept.note(record, sentAt.monotonicMs)
    if (sweptUpTo !== null) this.follower.foldUpTo(reply.generation, sweptUpTo)
    if (!behind) this.reachedEndMs = sentAt.monotonicMs
    return behind
  }

  private async attempt(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work()
    } catch (error) {
      this.options.onError(error)
      return false
    }
  }

  private async until(work: () => Promise<boolean>): Promise<void> {
    while (!this.stopped && !(await this.attempt(work))) await this.pause()
  }

  private async pause(): Promise<void> {
    if (this.stopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, READ_EVERY_MS)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
