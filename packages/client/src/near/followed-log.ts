import { Follower, type Instant } from '@freshet/core/coherence/follower'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import type { LogCommand, LogRecord } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { ChangesReply } from '@freshet/core/contracts/changes'

/** The whole bound of staleness: for so long after the log was known to its tail is anything served, milliseconds. */
export const NEAR_LEASE_MS = 1_000
/** More than machines' clocks differ in the rate at which they run, over a lease. */
const CLOCK_MARGIN_MS = 100
/** Longer than any lease. */
const LONG_AGO_MS = 3_600_000
/** An answer that takes longer than this is not known to be covered by anything. */
const SLOW_ANSWER_MS = 2_000
/** Some 30,000 names told apart in 430 kB, hard and soft each; beyond that innocent values die with the guilty. */
const INDEX_LIMITS = { buckets: 1 << 12, maxPatterns: 128, maxNamespaces: 1_000 }

/** How far the log was known at a moment of this process's monotonic clock. */
interface Reached {
  atMs: number
  position: Version
}

/**
 * The log as this process knows it through a node, judged by the code that nodes judge by, under a lease of its own.
 *
 * It begins in the middle of the log and knows nothing of what came before. What a node served as fresh is known to be
 * untouched by everything that was appended a node's lease before it was asked, for that long its own knowledge may lag at
 * most; so a value read at S counts as looked at up to the position that was known here a lease before S.
 */
export class FollowedLog {
  private follower = newFollower()
  private reached: Reached[] = []
  private nodeLeaseMs = Number.POSITIVE_INFINITY

  /** The position to ask from; null: from now on. */
  get position(): Version | null {
    return this.follower.version()
  }

  isCoherent(now: Instant): boolean {
    return this.follower.state(now) === 'coherent'
  }

  /** Whether nothing came over a value since it was last known to be untouched. A soft invalidation ends it here as well. */
  isValid(key: string, entry: { version: Version; stamp: number; tags: readonly string[] }): boolean {
    return this.follower.judge(key, entry) === 'valid'
  }

  /**
   * Takes in an answer to a question that was sent at `sentAt` from `after`. Says whether all that was kept must be dropped:
   * at a new generation, and where something was missed.
   */
  apply(reply: ChangesReply, after: Version | null, sentAt: Instant, now: Instant): 'kept' | 'lost' {
    const { generation, applied, tail, gap } = reply
    const isOther = this.follower.generation !== null && this.follower.generation !== generation
    const lost = gap || isOther || (after === null && this.follower.generation !== null)
    if (lost) this.reset()
    this.nodeLeaseMs = reply.leaseMs
    const records = lost || after === null ? [] : withoutHoles(reply.records, after.epoch, applied)
    // More is to come, or the node itself knows of no moment at which it was at the tail: no lease comes of this (leaseAtTail).
    const isCurrent = reply.ageMs !== null && applied >= tail
    const agoMs = isCurrent ? (reply.ageMs ?? 0) - reply.heldMs : LONG_AGO_MS
    this.follower.apply({ generation, tail: applied, records, serverTimeMs: 0 }, before(sentAt, agoMs))
    this.noteReached(now.monotonicMs)
    return lost ? 'lost' : 'kept'
  }

  /** What this process itself has changed, at once. */
  noteOwn(commands: readonly LogCommand[], version: Version): void {
    this.follower.noteOwn(commands.map(asSeenHere), version)
  }

  /** Begins anew, knowing nothing. */
  reset(): void {
    this.follower = newFollower()
    this.reached = []
  }

  /** The position up to which whatever a node serves as fresh, asked at `sentMs`, is untouched; null: that is not known. */
  coveredBy(sentMs: number): Version | null {
    const untilMs = sentMs - this.nodeLeaseMs - CLOCK_MARGIN_MS
    return this.reached.findLast(({ atMs }) => atMs <= untilMs)?.position ?? null
  }

  private noteReached(atMs: number): void {
    const position = this.follower.version()
    if (position !== null) this.reached.push({ atMs, position })
    // Of those that every question to come is later than, the last is enough.
    const untilMs = atMs - this.nodeLeaseMs - CLOCK_MARGIN_MS - SLOW_ANSWER_MS
    const last = this.reached.findLastIndex((each) => each.atMs <= untilMs)
    if (last > 0) this.reached.splice(0, last)
  }
}

function newFollower(): Follower {
  return new Follower(NEAR_LEASE_MS, () => new InvalidationIndex(INDEX_LIMITS))
}

/** Epochs that were left out concern nothing of ours; a hole in the log would end everything. */
function withoutHoles(records: ChangesReply['records'], after: number, upTo: number): LogRecord[] {
  const told = new Map(records.map(({ epoch, commands }) => [epoch, commands.map(asSeenHere)]))
  return Array.from({ length: Math.max(0, upTo - after) }, (_, i) => {
    const epoch = after + 1 + i
    return { epoch, commands: told.get(epoch) ?? [] }
  })
}

/**
 * Nodes leave tags that hold a space out of an answer's header, so nobody here knows which values have one: an invalidation
 * by such a tag ends all that is in its reach.
 */
export function asSeenHere(command: LogCommand): LogCommand {
  if (command.kind !== 'tags' || !command.tags.some((tag) => tag.includes(' '))) return command
  const { reach, mode } = command
  return reach === '*' ? { kind: 'all', mode } : { kind: 'namespaces', namespaces: reach, mode }
}

function before({ monotonicMs, wallMs }: Instant, ms: number): Instant {
  return { monotonicMs: monotonicMs - ms, wallMs: wallMs - ms }
}
