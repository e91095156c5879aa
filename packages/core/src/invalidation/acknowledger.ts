import type { Clock } from '../clock.ts'
import type { LogMembers, MemberTable } from '../coherence/log.ts'
import type { Version } from '../coherence/version.ts'
import { AppError } from '../errors/app-error.ts'
import { type AckBasis, type AckProgress, type AckRules, AckWait } from './acknowledgement.ts'
import { GenerationAges } from './generation-ages.ts'
import { Reaper } from './reaper.ts'

export interface AcknowledgerDeps extends Omit<AckRules, 'strict'> {
  members: LogMembers
  clock: Clock
  /** See `AckRules`. Also turns reaping off, which trusts clocks too. Absent: false. */
  strict?: boolean
}

export interface AckOptions {
  /** Milliseconds after which the caller wants to hear how things stand; absent: only when it is acknowledged. */
  limitMs?: number
  /** Ends the wait, also the part of it that goes on after the limit; it then rejects with the signal's reason. */
  signal?: AbortSignal
}

export interface Acknowledgement extends AckProgress {
  /** When the limit came first: the wait that goes on. Null when it is over. */
  rest: Promise<Acknowledgement> | null
}

/** A lone invalidation on a quiet cluster is applied within a few milliseconds: that is when looking often pays. */
const LOOK_AT_LEAST_MS = 2
const LOOK_AT_MOST_MS = 20
/** Looks are spaced by this share of the youngest wait's age: after 100 ms somebody is slow or dead. */
const SPACING_RATIO = 0.2
/** Each look concerns all who wait; thousands who wait for a dead node's lease must not take the processor from reads. */
const SPACING_PER_WAIT_MS = 0.001
/** Nobody waits longer: where Redis stays away, or a dead member blocks (`strict`), waits must not pile up for ever. */
const MAX_WAIT_MS = 600_000

interface Waiting {
  readonly wait: AckWait
  readonly limitMs: number
  readonly signal: AbortSignal | undefined
  /** Looks begun before the append had returned. */
  readonly looksBefore: number
  resolve: (acknowledgement: Acknowledgement) => void
  reject: (reason: unknown) => void
  /** Tells the caller how things stand; null once told. */
  giveUp: (() => void) | null
}

/**
 * Says when no node can serve as fresh any more what a record ended: when every member of the log has applied it, or
 * when the leases of those who have not are certainly over (protocol, "Acknowledging"). Members are asked while somebody
 * waits, one request at a time for all who wait.
 *
 * Time is this process's monotonic clock alone. To acknowledge early is the danger here, and a monotonic clock never
 * jumps ahead; where it stands still (a suspended machine) the wait only gets longer. Who *holds* a lease faces the
 * opposite danger and takes the clock that ran furthest (`Follower`).
 *
 * Nothing is acknowledged before this process has known the log's generation for a lease, the fence and the margin (rule
 * guard): nodes of the generation before are on no list and may hold leases. A process that has just started has only
 * just seen the generation, however old that is, so its first acknowledgements take that long.
 */
export class Acknowledger {
  private readonly deps: AcknowledgerDeps
  private readonly rules: AckRules
  private readonly ages = new GenerationAges()
  private readonly reaper: Reaper | null
  private readonly waiting = new Set<Waiting>()
  private longestLeaseMs: number
  private timer: ReturnType<typeof setTimeout> | null = null
  private asking = false
  private looks = 0
  private tickedAtMs = Number.NEGATIVE_INFINITY
  private youngestSinceMs = Number.NEGATIVE_INFINITY

  constructor(deps: AcknowledgerDeps) {
    this.deps = deps
    const { leaseMs, fenceMs, marginMs, strict = false } = deps
    this.rules = { leaseMs, fenceMs, marginMs, strict }
    this.reaper = strict ? null : new Reaper(deps)
    this.longestLeaseMs = leaseMs
  }

  /** To be told of the log's generation with every poll and append: the sooner it is known, the sooner it is old enough. */
  observe(generation: string): void {
    this.ages.observe(generation, this.nowMs())
  }

  /**
   * Waits for a record's acknowledgement; to be called when its append has returned. Resolves with `by` null when the
   * limit came first; then `rest` is the wait that goes on, for ten minutes at most. Rejects with AppError
   * `log_unavailable` when the log has begun a new generation meanwhile: the record may be lost, nothing is promised.
   * While the members cannot be asked it waits on, because only they tell whose leases must run out.
   */
  acknowledge(version: Version, options: AckOptions = {}): Promise<Acknowledgement> {
    const { limitMs = Number.POSITIVE_INFINITY, signal } = options
    const nowMs = this.nowMs()
    this.ages.observe(version.generation, nowMs)
    this.youngestSinceMs = nowMs
    return new Promise<Acknowledgement>((answer, refuse) => {
      const settled = new Promise<Acknowledgement>((resolve, reject) => {
        const wait = new AckWait(version, this.rules, nowMs)
        const giveUp = () => answer({ ...this.progress(wait, null), rest: settled })
        this.waiting.add({ wait, limitMs, signal, looksBefore: this.looks, resolve, reject, giveUp })
      })
      // Also keeps a failure of the rest, when nobody listens to it, from ending the process.
      settled.then(answer, refuse)
      this.lookSoon()
    })
  }

  /** What may be said about a record that has just been appended, when nobody waits for it. */
  beforeAsking(version: Version): AckProgress {
    const nowMs = this.nowMs()
    this.ages.observe(version.generation, nowMs)
    return this.progress(new AckWait(version, this.rules, nowMs), null)
  }

  /** A new wait looks at once, or as soon as looks may follow one another. */
  private lookSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    const waitMs = this.tickedAtMs + Math.min(LOOK_AT_MOST_MS, this.spacingMs()) - this.nowMs()
    if (waitMs > 0) this.timer = setTimeout(this.tick, waitMs)
    else this.tick()
  }

  /** Time passes by itself: leases and limits end also while a request hangs. */
  private readonly tick = (): void => {
    this.timer = null
    this.tickedAtMs = this.nowMs()
    if (this.asking) this.settle()
    if (this.waiting.size === 0) return
    if (!this.asking) void this.look()
    this.timer = setTimeout(this.tick, Math.min(LOOK_AT_MOST_MS, this.spacingMs()))
  }

  private spacingMs(): number {
    const byAgeMs = (this.tickedAtMs - this.youngestSinceMs) * SPACING_RATIO
    return Math.max(LOOK_AT_LEAST_MS, byAgeMs, this.waiting.size * SPACING_PER_WAIT_MS)
  }

  private async look(): Promise<void> {
    this.asking = true
    const look = ++this.looks
    try {
      const table = await this.deps.members.members()
      this.hear(table, look)
      this.settle()
      await this.reaper?.see(table)
    } catch {
      // Redis is away or slow (the log's tail tells of it); a later look may succeed. Until one has, nothing is known.
      this.settle()
    } finally {
      this.asking = false
    }
  }

  private hear(table: MemberTable, look: number): void {
    const nowMs = this.nowMs()
    this.ages.observe(table.generation, nowMs)
    for (const { leaseMs } of table.members) this.longestLeaseMs = Math.max(this.longestLeaseMs, leaseMs)
    for (const { wait, looksBefore } of this.waiting) wait.hear(table, nowMs, look > looksBefore)
  }

  private settle(): void {
    const nowMs = this.nowMs()
    for (const one of this.waiting) {
      const { wait, signal } = one
      const by = wait.basis(nowMs, this.ages.ageMs(wait.version.generation, nowMs), this.longestLeaseMs)
      if (signal?.aborted) this.end(one, () => one.reject(signal.reason))
      else if (wait.lost) this.end(one, () => one.reject(generationChanged()))
      else if (by !== null) this.end(one, () => one.resolve({ ...this.progress(wait, by), rest: null }))
      else if (wait.elapsedMs(nowMs) >= MAX_WAIT_MS)
        this.end(one, () => one.resolve({ ...this.progress(wait, null), rest: null }))
      else if (wait.elapsedMs(nowMs) >= one.limitMs) {
        one.giveUp?.()
        one.giveUp = null
      }
    }
  }

  private nowMs(): number {
    return this.deps.clock.monotonicMs()
  }

  private end(one: Waiting, tell: () => void): void {
    this.waiting.delete(one)
    tell()
  }

  private progress(wait: AckWait, by: AckBasis | null): AckProgress {
    const nowMs = this.nowMs()
    return wait.progress(by, nowMs, this.ages.ageMs(wait.version.generation, nowMs), this.longestLeaseMs)
  }
}

function generationChanged(): AppError {
  return new AppError(
    'log_unavailable',
    "The log's generation changed before this was acknowledged; nothing was promised, try again",
    { retryAfterMs: 1_000 },
  )
}
