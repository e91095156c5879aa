import type { InvalidationIndex } from './invalidation-index.ts'
import type { Version } from './version.ts'

/** What is remembered of one generation of the log. */
export interface Generation {
  readonly name: string
  readonly index: InvalidationIndex
}

/**
 * `valid`; `dead`: invalidated since, or nothing is known about its generation; `superseded`: a value of the generation
 * just before, about which the kept index knows nothing bad: at best stale.
 */
export type Verdict = 'valid' | 'dead' | 'superseded'

/**
 * A node's memory of what the log said, in this generation and in the one before.
 *
 * Appends and polls travel apart, so a node may learn from its own append that a generation exists of which no poll has
 * told. That one is kept as `announced` until a poll tells what it is.
 */
export class Generations {
  private readonly makeIndex: () => InvalidationIndex
  private now: Generation | null = null
  private before: Generation | null = null
  private announced: Generation | null = null
  private pollsSinceAnnounced = 0
  /** Notes of a generation between the one before and this one, in which this node appended and never polled. */
  private between: InvalidationIndex | null = null

  constructor(makeIndex: () => InvalidationIndex) {
    this.makeIndex = makeIndex
  }

  get current(): Generation | null {
    return this.now
  }

  judge(key: string, version: Version): Verdict {
    if (this.now === null) return 'dead'
    // Perhaps ours is over; until that is known, no value of it may stand against what this node wrote in the next.
    if (this.announced !== null && this.announced.index.newest(key) > 0) return 'dead'
    const newest = this.now.index.newest(key)
    if (version.generation === this.now.name) return newest <= version.epoch ? 'valid' : 'dead'
    if (version.generation !== this.before?.name) return 'dead'
    // Any record of a later generation came after every value of the one before.
    const untouched = newest === 0 && (this.between === null || this.between.newest(key) === 0)
    return untouched && this.before.index.newest(key) <= version.epoch ? 'superseded' : 'dead'
  }

  /** To be told of each poll's generation, in the order in which they were answered. True when it is a new one. */
  polledIn(name: string): boolean {
    const entered = this.now?.name !== name
    if (entered) this.enter(name)
    // The first poll after the announcement may have been answered before it. The second was sent after the first, and
    // so after the append: if it tells of another generation, the announced one was over before that began.
    if (this.announced !== null && ++this.pollsSinceAnnounced === 2) {
      this.between = this.announced.index
      this.announced = null
    }
    return entered
  }

  /** Notes what this node appended itself. True when no poll has brought that generation yet. */
  noteOwn(keys: readonly string[], { generation, epoch }: Version): boolean {
    let known = [this.now, this.before, this.announced].find((one) => one?.name === generation)
    if (!known) {
      known = this.announced = { name: generation, index: this.makeIndex() }
      this.pollsSinceAnnounced = 0
    }
    for (const key of keys) known.index.noteKey(key, epoch)
    return known === this.announced
  }

  private enter(name: string): void {
    this.before = this.now
    this.between = null
    // With the notes of what was appended there: its first poll may have been answered before the append was.
    this.now = this.announced?.name === name ? this.announced : { name, index: this.makeIndex() }
    if (this.now === this.announced) this.announced = null
  }
}
