import type { Entry } from '../entries/entry.ts'
import type { InvalidationIndex } from './invalidation-index.ts'
import type { LogCommand } from './log-record.ts'
import type { Subject } from './subject.ts'
import type { Version } from './version.ts'

/** What is remembered of one generation of the log. */
export interface Generation {
  readonly name: string
  readonly index: InvalidationIndex
}

/**
 * `valid`; `softened`: stale from now on, by a soft invalidation; `dead`: invalidated since, or nothing is known about its
 * generation; `superseded`: a value of the generation just before, about which the kept index knows nothing bad: at best
 * stale.
 */
export type Verdict = 'valid' | 'softened' | 'dead' | 'superseded'

/** What of an entry its verdict depends on. */
export type Judged = Pick<Entry, 'version' | 'stamp' | 'tags'>

/** A generation that this node has appended in and that no poll has brought. */
interface Unpolled {
  readonly generation: Generation
  /** Polls answered since it was first heard of. */
  polls: number
  /** When the first of them was sent that was sent after that; monotonic, milliseconds. */
  pollSentMs: number
  /** Polls have gone on to tell of another generation for so long that this one is over. */
  over: boolean
}

/**
 * The first poll answered after a generation was heard of may have been on its way already. The second was sent after the
 * first, and so after the append: if it tells of another generation, that one is the later of the two, unless a primary
 * that was cut off still answers it.
 */
const POLLS_TO_TELL = 2

/**
 * A node's memory of what the log said, in this generation and in the one before.
 *
 * Appends and polls travel apart, so a node may learn from its own append that a generation exists of which no poll has
 * told. Its notes are kept aside until a poll tells what it is.
 */
export class Generations {
  private readonly makeIndex: () => InvalidationIndex
  private readonly fenceMs: number
  private now: Generation | null = null
  private before: Generation | null = null
  private unpolled: Unpolled[] = []
  /** Generations that were left, with when the first poll was sent after that (monotonic, ms; null: none yet). */
  private readonly left = new Map<string, number | null>()

  /** `fenceMs`: how long a primary that was cut off may go on answering polls; 0 for a single server. */
  constructor(makeIndex: () => InvalidationIndex, fenceMs = 0) {
    this.makeIndex = makeIndex
    this.fenceMs = fenceMs
  }

  /** Memory of the indexes' tables, bytes. */
  get indexBytes(): number {
    const all = [this.now, this.before, ...this.unpolled.map(({ generation }) => generation)]
    return all.reduce((sum, generation) => sum + (generation?.index.sizeBytes ?? 0), 0)
  }

  get current(): Generation | null {
    return this.now
  }

  /**
   * Judges a value. One that is found untouched is stamped in place with `applied`, the epoch up to which this generation's
   * index knows everything, so that the next look has only later records to consider.
   */
  judge(key: string, entry: Judged, applied: number): Verdict {
    if (this.now === null) return 'dead'
    const { version, stamp, tags } = entry
    const ours = version.generation === this.now.name
    // Most hits end here: nothing at all was noted since the last look.
    if (ours && this.unpolled.length === 0 && this.now.index.isQuietSince(stamp)) return found(entry, applied)
    const subject = { key, tags }
    if (this.unpolled.length > 0 && this.overtaken(subject, ours)) return 'dead'
    if (ours) {
      const touch = this.now.index.touch(subject, stamp)
      if (touch !== 'none') return touch === 'hard' ? 'dead' : 'softened'
      return found(entry, applied)
    }
    if (version.generation !== this.before?.name) return 'dead'
    // Any record of this generation came after every value of the one before.
    if (this.now.index.touch(subject, 0) === 'hard') return 'dead'
    return this.before.index.touch(subject, stamp) === 'hard' ? 'dead' : 'superseded'
  }

  /**
   * Whether a poll that tells of this generation is to be ignored: this node has left it, and who tells of it may be a
   * primary that was cut off, which does not know what was acknowledged since. No longer than such a one can answer:
   * `fenceMs` from the first poll sent after the one that led away from it. It may have been the other way round, and then
   * the generation that was left is the one that lives.
   */
  mayBeCutOff(name: string, sentMs: number): boolean {
    for (const [generation, sinceMs] of this.left) {
      if (sinceMs === null) this.left.set(generation, sentMs)
      else if (sentMs - sinceMs >= this.fenceMs) this.left.delete(generation)
    }
    return this.fenceMs > 0 && this.left.has(name)
  }

  /**
   * To be told of each poll's generation, in the order in which they were answered, and when that poll was sent (monotonic,
   * milliseconds). True when it is a new one.
   */
  polledIn(name: string, sentMs: number): boolean {
    const entered = this.now?.name !== name
    if (entered) this.enter(name)
    for (const one of this.unpolled) {
      if (++one.polls < POLLS_TO_TELL) continue
      if (one.polls === POLLS_TO_TELL) one.pollSentMs = sentMs
      one.over ||= sentMs - one.pollSentMs >= this.fenceMs
    }
    return entered
  }

  /**
   * Begins with a generation of which a snapshot told; only before the first poll. Not once this node has appended: its own
   * notes wait for the poll that tells whether they are of this generation.
   */
  join(generation: Generation): boolean {
    if (this.now !== null || this.unpolled.length > 0) return false
    this.now = generation
    return true
  }

  /** Notes what this node appended itself. True when no poll has brought that generation yet. */
  noteOwn(commands: readonly LogCommand[], { generation, epoch }: Version): boolean {
    const polled = [this.now, this.before].find((one) => one?.name === generation)
    const { index } = polled ?? this.hearOf(generation)
    for (const command of commands) index.note(command, epoch)
    return !polled
  }

  /** Perhaps ours is over; until that is known, no value of it may stand against what this node wrote in the next. */
  private overtaken(subject: Subject, ours: boolean): boolean {
    return this.unpolled.some(
      ({ generation, over }) => (!ours || !over) && generation.index.touch(subject, 0) !== 'none',
    )
  }

  private hearOf(name: string): Generation {
    const heard = this.unpolled.find(({ generation }) => generation.name === name)
    if (heard) return heard.generation
    const generation = { name, index: this.makeIndex() }
    this.unpolled.push({ generation, polls: 0, pollSentMs: 0, over: false })
    return generation
  }

  private enter(name: string): void {
    const heard = this.unpolled.find(({ generation }) => generation.name === name)
    // What was over before the generation that ends now says nothing about its values.
    this.unpolled = this.unpolled.filter((one) => one !== heard && !one.over)
    if (this.now !== null) this.left.set(this.now.name, null)
    this.left.delete(name)
    this.before = this.now
    // With the notes of what was appended there: its first poll may have been answered before the append was.
    this.now = heard?.generation ?? { name, index: this.makeIndex() }
  }
}

function found(entry: Judged, untouchedUpTo: number): Verdict {
  if (untouchedUpTo > entry.stamp) entry.stamp = untouchedUpTo
  return 'valid'
}
