import type { CoherenceState } from '../contracts/node-registry.ts'
import { InvalidationIndex } from './invalidation-index.ts'
import type { PollReply } from './log.ts'
import type { LogRecord } from './log-record.ts'
import type { Version } from './version.ts'

/** A moment on both of this machine's clocks, in milliseconds; only differences are taken. */
export interface Instant {
  monotonicMs: number
  wallMs: number
}

/** What an applied poll asks of L1, to save memory: correctness does not wait for it. */
export interface Applied {
  /** Keys whose values older than the given epoch are dead. */
  drops: readonly { key: string; epoch: number }[]
  /** Records that were new. */
  records: number
  /** The log has more: poll again at once. */
  behind: boolean
}

interface Lineage {
  generation: string
  index: InvalidationIndex
  /** Start of its last lease; null before its first. */
  leaseFrom: Instant | null
}

/**
 * A node's knowledge of the log and the right to call anything fresh: syncing until a poll reaches the tail, coherent
 * while the lease runs, degraded when it ran out. It does no I/O and has no clock: moments are passed in.
 */
export class Follower {
  private readonly leaseMs: number
  private readonly makeIndex: () => InvalidationIndex
  private current: Lineage | null = null
  private previous: Lineage | null = null
  /** A generation that an own append was answered in before any poll was. */
  private announced: Lineage | null = null
  private appliedEpoch = 0
  private tailEpoch = 0
  private synced = false
  /** Start of the last lease of any generation: how long this node has been in the dark counts from it. */
  private lastLeaseFrom: Instant | null = null

  constructor(leaseMs: number, makeIndex: () => InvalidationIndex = () => new InvalidationIndex()) {
    this.leaseMs = leaseMs
    this.makeIndex = makeIndex
  }

  /** The version that a load beginning now must carry; null while no generation is known (nothing may be stored then). */
  version(): Version | null {
    return this.current && { generation: this.current.generation, epoch: this.appliedEpoch }
  }

  get generation(): string | null {
    return this.current?.generation ?? null
  }

  get applied(): number {
    return this.appliedEpoch
  }

  get tail(): number {
    return this.tailEpoch
  }

  state(now: Instant): CoherenceState {
    if (!this.synced) return 'syncing'
    return this.leaseRemainingMs(now) > 0 ? 'coherent' : 'degraded'
  }

  /** Milliseconds left of this generation's lease; 0 when there is none. */
  leaseRemainingMs(now: Instant): number {
    const from = this.current?.leaseFrom
    return this.synced && from ? Math.max(0, this.leaseMs - elapsedMs(from, now)) : 0
  }

  /** How long ago the last lease of any generation ran out, milliseconds; infinite when there never was one. */
  inTheDarkMs(now: Instant): number {
    if (this.lastLeaseFrom === null) return Number.POSITIVE_INFINITY
    return Math.max(0, elapsedMs(this.lastLeaseFrom, now) - this.leaseMs)
  }

  /** How long ago the last lease of the generation before this one ran out, milliseconds; infinite when it had none. */
  supersededForMs(now: Instant): number {
    const from = this.previous?.leaseFrom
    return from ? Math.max(0, elapsedMs(from, now) - this.leaseMs) : Number.POSITIVE_INFINITY
  }

  /**
   * Judges a value's version by the log: `valid`, `dead` (invalidated since), or of another generation. `superseded` is
   * a value of the generation just before, about which the kept index knows nothing bad: at best stale.
   */
  judge(key: string, version: Version): 'valid' | 'dead' | 'superseded' {
    if (this.current === null) return 'dead'
    if (version.generation === this.current.generation)
      return this.current.index.newest(key) <= version.epoch ? 'valid' : 'dead'
    if (version.generation !== this.previous?.generation) return 'dead'
    // Any record of the current generation came after every value of the one before.
    const untouched = this.current.index.newest(key) === 0 && this.previous.index.newest(key) <= version.epoch
    return untouched ? 'superseded' : 'dead'
  }

  /**
   * Takes in what this node itself appended, before its own poll brings it: a load in flight that began before must not
   * be stored, and the writer must read its own write. Noting it early is safe, because the index keeps maxima.
   *
   * The answer may be of another generation than ours, since appends and polls travel apart. Of the one before: what is
   * kept of it stays dead. Of one that no poll has brought yet: ours is over. Its lease ends here; no value of it is ever
   * served again for these keys, even if a poll that was answered earlier renews that lease; and the notes wait for the
   * new generation, whose first poll may have been answered before the append was.
   */
  noteOwn(keys: readonly string[], version: Version): void {
    const lineage = this.lineageOf(version.generation)
    if (lineage === this.announced) this.synced = false
    for (const key of keys) {
      lineage.index.noteKey(key, version.epoch)
      if (lineage === this.announced) this.current?.index.noteKey(key, Number.POSITIVE_INFINITY)
    }
  }

  /**
   * Applies a poll's answer. `sentAt` is when the poll was *sent*: the lease counts from there, since the answer tells
   * the log's state at some moment after it (rule leaseFromSend). The lease is renewed only by a poll that reached the
   * tail (rule leaseAtTail).
   */
  apply(reply: PollReply, sentAt: Instant): Applied {
    this.enterGeneration(reply.generation)
    const lineage = this.current
    if (lineage === null) throw new Error('unreachable: a generation was just entered')
    const drops: { key: string; epoch: number }[] = []
    let records = 0
    for (const record of reply.records) {
      if (record.epoch <= this.appliedEpoch) continue
      if (record.epoch > this.appliedEpoch + 1) {
        // Trimmed past us: what was between may have concerned anything (rule gap).
        lineage.index.raiseFloor(record.epoch)
      }
      applyRecord(record, lineage.index, drops)
      this.appliedEpoch = record.epoch
      records++
    }
    if (reply.records.length === 0 && reply.tail > this.appliedEpoch) {
      // Nothing is retained after us although the log went on: the whole stretch was trimmed.
      lineage.index.raiseFloor(reply.tail)
      this.appliedEpoch = reply.tail
    }
    this.tailEpoch = Math.max(reply.tail, this.appliedEpoch)
    const behind = this.appliedEpoch < reply.tail
    if (!behind) {
      this.synced = true
      lineage.leaseFrom = sentAt
      this.lastLeaseFrom = sentAt
    }
    return { drops, records, behind }
  }

  /** The generation's memory; of one never heard of it begins here. */
  private lineageOf(generation: string): Lineage {
    for (const lineage of [this.current, this.previous, this.announced])
      if (lineage?.generation === generation) return lineage
    this.announced = { generation, index: this.makeIndex(), leaseFrom: null }
    return this.announced
  }

  private enterGeneration(generation: string): void {
    if (this.current?.generation === generation) return
    const entered = this.announced?.generation === generation ? this.announced : null
    this.previous = this.current
    this.current = entered ?? { generation, index: this.makeIndex(), leaseFrom: null }
    this.announced = null
    this.appliedEpoch = 0
    this.tailEpoch = 0
    this.synced = false
  }
}

/** A suspended machine's monotonic clock may have stood still while the wall clock went on: take the larger. */
function elapsedMs(from: Instant, now: Instant): number {
  return Math.max(now.monotonicMs - from.monotonicMs, now.wallMs - from.wallMs)
}

function applyRecord(record: LogRecord, index: InvalidationIndex, drops: { key: string; epoch: number }[]): void {
  for (const command of record.commands) {
    if (command.kind === 'all') {
      index.raiseFloor(record.epoch)
      continue
    }
    for (const key of command.keys) {
      index.noteKey(key, record.epoch)
      drops.push({ key, epoch: record.epoch })
    }
  }
}
