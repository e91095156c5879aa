import type { LogCommand } from './log-record.ts'
import { type IndexLimits, ModeIndex } from './mode-index.ts'
import type { Subject } from './subject.ts'

/** Two million keys and two million tags told apart, in 27 MB each; soft ones apart, once there are any. */
const DEFAULT_LIMITS: IndexLimits = { buckets: 1 << 18, maxPatterns: 256, maxNamespaces: 10_000 }

/** What the log says of a value: untouched, to be served marked at most (`soft`), or over (`hard`). */
export type Touch = 'none' | 'soft' | 'hard'

/**
 * What the log said in one generation, in bounded memory: hard and soft apart. Everything here is a maximum, so a record
 * may be noted twice, early or late without harm.
 */
export class InvalidationIndex {
  readonly limits: IndexLimits
  readonly hard: ModeIndex
  private softIndex: ModeIndex | null = null

  constructor(limits: IndexLimits = DEFAULT_LIMITS) {
    this.limits = limits
    this.hard = new ModeIndex(limits)
  }

  /** Null until there was a soft record: most installations never have one. */
  get soft(): ModeIndex | null {
    return this.softIndex
  }

  /** Memory of the tables, bytes. */
  get sizeBytes(): number {
    const modes = [this.hard, ...(this.softIndex ? [this.softIndex] : [])]
    return modes.reduce((sum, { keys, tags }) => sum + keys.sizeBytes + tags.sizeBytes, 0)
  }

  /** Whether nothing was noted after `epoch`, so that no value needs a look that was stamped with it. */
  isQuietSince(epoch: number): boolean {
    return this.hard.latest <= epoch && (this.softIndex === null || this.softIndex.latest <= epoch)
  }

  /** What befell the subject after `since`, the epoch up to which it is known to be untouched. */
  touch(subject: Subject, since: number): Touch {
    if (this.hard.newest(subject, since) > 0) return 'hard'
    return this.softIndex !== null && this.softIndex.newest(subject, since) > 0 ? 'soft' : 'none'
  }

  note(command: LogCommand, epoch: number): void {
    if ('mode' in command && command.mode === 'soft') this.softly().note(command, epoch)
    else this.hard.note(command, epoch)
  }

  /** Everything older than `epoch` is dead: a gap in the log, which may have held anything. */
  raiseFloor(epoch: number): void {
    this.hard.raiseFloor(epoch)
  }

  /**
   * Forgets the details up to `epoch` and lets a floor stand for them, hard and soft. Always safe; cheap once whatever is
   * alive was looked at and stamped (`Entry.stamp`) with that epoch or a later one.
   */
  foldUpTo(epoch: number): void {
    this.hard.foldUpTo(epoch)
    this.softIndex?.foldUpTo(epoch)
  }

  /** The soft half, made when it is first needed. */
  softly(): ModeIndex {
    this.softIndex ??= new ModeIndex(this.limits)
    return this.softIndex
  }
}
