import type { Instant } from '@freshet/core/coherence/follower'
import type { MemberTable, PollReply } from '@freshet/core/coherence/log'
import type { LogRecord } from '@freshet/core/coherence/log-record'
import { RecentRecords } from '@freshet/core/coherence/recent-records'
import type { Version } from '@freshet/core/coherence/version'

const LIMITS = { maxRecords: 20_000, maxBytes: 16 * 1024 * 1024 }
/** Followers that may wait at once: each costs a timer and a connection. */
const MAX_WAITING = 1_000
/** Keys, tags and patterns in one answer. */
const MAX_NAMES = 10_000

/** What a follower is told of the log. */
export interface Change {
  readonly position: Version
  readonly tail: number
  readonly gap: boolean
  readonly records: readonly LogRecord[]
  /** Milliseconds since the last poll was sent that reached the tail; null: none did in this generation. */
  readonly ageMs: number | null
}

/** Passes on what this node learns of the log to those who follow it from outside. */
export class ChangeFeed {
  private readonly recent = new RecentRecords(LIMITS)
  private readonly instant: () => Instant
  private readonly ownLeaseMs: number
  private readonly waiting = new Set<() => void>()
  private generation: string | null = null
  private atTail: Instant | null = null
  private membersLeaseMs = 0

  constructor(instant: () => Instant, ownLeaseMs: number) {
    this.instant = instant
    this.ownLeaseMs = ownLeaseMs
  }

  /**
   * The longest lease of any member, milliseconds: by so much may what some node serves as fresh lag behind the log. While
   * the setting is being changed, from node to node, it is not this node's own.
   */
  get longestLeaseMs(): number {
    return Math.max(this.ownLeaseMs, this.membersLeaseMs)
  }

  /** To be told of the members now and then. */
  see({ members }: Pick<MemberTable, 'members'>): void {
    this.membersLeaseMs = Math.max(0, ...members.map(({ leaseMs }) => leaseMs))
  }

  /** To be told of each applied poll: how far it led, whether that is the tail, and when it was sent. */
  noteApplied(reply: PollReply, epoch: number, sentAt: Instant): void {
    if (reply.generation !== this.generation) this.atTail = null
    this.generation = reply.generation
    this.recent.note(reply, epoch)
    if (epoch < reply.tail) return
    this.atTail = sentAt
    for (const wake of this.waiting) wake()
  }

  /** What came after a position; from now on when it is null. Null before this node knows anything of the log. */
  after(position: Version | null): Change | null {
    const now = this.recent.position
    if (now === null) return null
    const ageMs = this.atTail && elapsedAtMost(this.atTail, this.instant())
    const page = this.recent.since(position ?? now, MAX_NAMES)
    if (page === null) return { position: now, tail: now.epoch, gap: true, records: [], ageMs }
    const reached = { generation: now.generation, epoch: page.upTo }
    return { position: reached, tail: now.epoch, gap: false, records: page.records, ageMs }
  }

  /**
   * Waits for this node's next poll that reaches the tail: it brings either news or the proof that there is none, and both
   * are worth an answer. Also ends after `ms` and when the signal aborts. False, at once, when too many wait.
   */
  async nextPoll(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.waiting.size >= MAX_WAITING) return false
    if (signal.aborted) return true
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake, { once: true })
      this.waiting.add(wake)
    })
    return true
  }
}

/** At most this much has passed: of two clocks that disagree, the one that ran on (rule clock). */
function elapsedAtMost(from: Instant, now: Instant): number {
  return Math.max(0, now.monotonicMs - from.monotonicMs, now.wallMs - from.wallMs)
}
