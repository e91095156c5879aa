import type { CoherenceState } from '../contracts/node-registry.ts'
import { type Generation, Generations, type Judged, type Verdict } from './generations.ts'
import { InvalidationIndex } from './invalidation-index.ts'
import { type KeyWatch, KeyWatches } from './key-watch.ts'
import type { PollReply } from './log.ts'
import { keysOf, type LogCommand, type LogRecord } from './log-record.ts'
import type { Subject } from './subject.ts'
import type { Version } from './version.ts'

/** A moment on both of this machine's clocks, in milliseconds; only differences are taken. */
export interface Instant {
  monotonicMs: number
  wallMs: number
}

/** What an applied poll asks of L1, to save memory: correctness does not wait for it. */
export interface Applied {
  /** Keys whose values older than the given epoch are dead; nothing is said of what tags and patterns ended. */
  drops: readonly { key: string; epoch: number }[]
  /** Records that were new. */
  records: number
  /** The log has more: poll again at once. */
  behind: boolean
  /** The whole of L2 was stamped up to this epoch: once L1 is too, `foldUpTo` may be called. Null: no such news. */
  sweptUpTo: number | null
}

/**
 * A node's knowledge of the log and the right to call anything fresh: syncing until a poll reaches the tail, coherent
 * while the lease runs, degraded when it ran out. It does no I/O and has no clock: moments are passed in.
 */
export class Follower {
  private readonly leaseMs: number
  private readonly generations: Generations
  private readonly watches = new KeyWatches()
  private appliedEpoch = 0
  private tailEpoch = 0
  private synced = false
  /** Start of this generation's last lease; null before its first. */
  private leaseFrom: Instant | null = null
  /** The same for the generation before. */
  private formerLeaseFrom: Instant | null = null
  /** Start of the last lease of any generation: how long this node has been in the dark counts from it. */
  private lastLeaseFrom: Instant | null = null

  /** `fenceMs`: see `Generations`. */
  constructor(leaseMs: number, makeIndex: () => InvalidationIndex = () => new InvalidationIndex(), fenceMs = 0) {
    this.leaseMs = leaseMs
    this.generations = new Generations(makeIndex, fenceMs)
  }

  /** The version that a load beginning now must carry; null while no generation is known (nothing may be stored then). */
  version(): Version | null {
    const { generation } = this
    return generation === null ? null : { generation, epoch: this.appliedEpoch }
  }

  get generation(): string | null {
    return this.generations.current?.name ?? null
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
    if (!this.synced || this.leaseFrom === null) return 0
    return Math.max(0, this.leaseMs - elapsedMs(this.leaseFrom, now))
  }

  /** How long ago the last lease of any generation ran out, milliseconds; infinite when there never was one. */
  inTheDarkMs(now: Instant): number {
    if (this.lastLeaseFrom === null) return Number.POSITIVE_INFINITY
    return Math.max(0, elapsedMs(this.lastLeaseFrom, now) - this.leaseMs)
  }

  /** How long ago the last lease of the generation before this one ran out, milliseconds; infinite when it had none. */
  supersededForMs(now: Instant): number {
    if (this.formerLeaseFrom === null) return Number.POSITIVE_INFINITY
    return Math.max(0, elapsedMs(this.formerLeaseFrom, now) - this.leaseMs)
  }

  /** Judges a value by the log; stamps it in place when it was found untouched. */
  judge(key: string, entry: Judged): Verdict {
    return this.generations.judge(key, entry, this.appliedEpoch)
  }

  /** Memory that remembering the log takes, bytes. */
  get indexBytes(): number {
    return this.generations.indexBytes
  }

  /** What this node remembers of the current generation; null before the first. */
  get index(): InvalidationIndex | null {
    return this.generations.current?.index ?? null
  }

  /**
   * Begins from a snapshot, whose index covers every record up to `epoch` (rule snap). Ignored once a poll was answered or this node
   * has appended; no lease comes with it, so nothing is fresh before a poll has reached the tail.
   */
  join(name: string, epoch: number, index: InvalidationIndex): void {
    if (!this.generations.join({ name, index })) return
    this.appliedEpoch = epoch
    this.tailEpoch = epoch
  }

  /** Lets a floor stand for what was remembered up to `epoch` in `generation`; ignored when that is over. */
  foldUpTo(generation: string, epoch: number): void {
    if (generation === this.generation) this.index?.foldUpTo(Math.min(epoch, this.appliedEpoch))
  }

  /**
   * Takes in what this node itself appended, before its own poll brings it: a load in flight that began before must not
   * be stored, and the writer must read its own write. Noting it early is safe, because the index keeps maxima.
   *
   * An append that was answered in another generation is news of a restart that no poll has brought yet. Our lease was
   * given by the old generation; what it still covers could be what this very write has ended. So it ends here.
   */
  noteOwn(commands: readonly LogCommand[], version: Version): void {
    if (this.generations.noteOwn(commands, version)) this.synced = false
  }

  /** Watches a key, and the tags of what is kept under it, from this position on, for who must know that nothing came between what it saw and what it writes. */
  watch(subject: Subject): KeyWatch {
    return this.watches.start(subject, this.generation)
  }

  /**
   * Applies a poll's answer. `sentAt` is when the poll was *sent*: the lease counts from there, since the answer tells
   * the log's state at some moment after it (rule leaseFromSend). The lease is renewed only by a poll that reached the
   * tail (rule leaseAtTail).
   */
  apply(reply: PollReply, sentAt: Instant): Applied {
    // A primary that was cut off may be answering us: nothing of it counts, and no lease comes of it.
    if (this.generations.mayBeCutOff(reply.generation, sentAt.monotonicMs)) return NOTHING
    const { index } = this.enter(reply.generation, sentAt)
    const drops: { key: string; epoch: number }[] = []
    let records = 0
    let sweptUpTo: number | null = null
    let whole = true
    for (const record of reply.records) {
      if (record.epoch <= this.appliedEpoch) continue
      if (record.epoch > this.appliedEpoch + 1) {
        // Trimmed past us: what was between may have concerned anything (rule gap).
        index.raiseFloor(record.epoch)
        whole = false
      }
      applyRecord(record, index, drops)
      for (const command of record.commands) if (command.kind === 'swept') sweptUpTo = command.epoch
      this.watches.applied(record)
      this.appliedEpoch = record.epoch
      records++
    }
    if (reply.records.length === 0 && reply.tail > this.appliedEpoch) {
      // Nothing is retained after us although the log went on: the whole stretch was trimmed.
      index.raiseFloor(reply.tail)
      whole = false
      this.appliedEpoch = reply.tail
    }
    this.watches.reached(reply.generation, this.appliedEpoch, whole)
    this.tailEpoch = Math.max(reply.tail, this.appliedEpoch)
    const behind = this.appliedEpoch < reply.tail
    if (!behind) {
      this.synced = true
      this.leaseFrom = sentAt
      this.lastLeaseFrom = sentAt
    }
    return { drops, records, behind, sweptUpTo }
  }

  private enter(name: string, sentAt: Instant): Generation {
    if (this.generations.polledIn(name, sentAt.monotonicMs)) {
      this.appliedEpoch = 0
      this.tailEpoch = 0
      this.synced = false
      this.formerLeaseFrom = this.leaseFrom
      this.leaseFrom = null
    }
    const { current } = this.generations
    if (current === null) throw new Error('unreachable: a poll was just answered in a generation')
    return current
  }
}

const NOTHING: Applied = { drops: [], records: 0, behind: false, sweptUpTo: null }

/** A suspended machine's monotonic clock may have stood still while the wall clock went on: take the larger. */
function elapsedMs(from: Instant, now: Instant): number {
  return Math.max(now.monotonicMs - from.monotonicMs, now.wallMs - from.wallMs)
}

function applyRecord(record: LogRecord, index: InvalidationIndex, drops: { key: string; epoch: number }[]): void {
  for (const command of record.commands) {
    index.note(command, record.epoch)
    // What a soft record names is still of use.
    if ('mode' in command && command.mode === 'soft') continue
    for (const key of keysOf(command)) drops.push({ key, epoch: record.epoch })
  }
}
