import { namespaceOf } from '../keys/cache-key.ts'
import { EpochTable } from './epoch-table.ts'
import type { LogCommand, Reach } from './log-record.ts'
import { NamespaceFloors } from './namespace-floors.ts'
import { PatternBook } from './pattern-book.ts'
import type { Subject } from './subject.ts'
import { type SeveralNamespaces, TagReaches } from './tag-reaches.ts'

export interface IndexLimits {
  /** Size of the tables of keys and of tags, each: a power of two, 104 bytes and about eight names a bucket. */
  buckets: number
  /** Patterns remembered as such; each costs a match for every value that was not looked at since. */
  maxPatterns: number
  /** Namespaces with a floor of their own. */
  maxNamespaces: number
  /** Sets of namespaces within which tags are remembered as such; each costs a look per tag. Absent: 256. */
  maxReaches?: number
}

const MAX_REACHES = 256

/** Between a namespace and a tag that is meant in that namespace alone; neither can hold it. Before the scope of several. */
const SCOPE = '\0'
const EVERYWHERE = ['']

/** What the log said in one mode (hard or soft): for any value, the newest epoch that concerns it. */
export class ModeIndex {
  readonly keys: EpochTable
  readonly tags: EpochTable
  readonly namespaces: NamespaceFloors
  readonly patterns: PatternBook
  readonly tagReaches: TagReaches
  floor = 0
  /** Newest epoch noted at all. */
  latest = 0
  /** Newest epoch of anything but a key: most values need no look at tags and patterns. */
  private latestMatcher = 0
  private scopedTags = false

  constructor(limits: IndexLimits) {
    this.keys = new EpochTable(limits.buckets)
    this.tags = new EpochTable(limits.buckets)
    this.namespaces = new NamespaceFloors(limits.maxNamespaces)
    this.patterns = new PatternBook(limits.maxPatterns)
    this.tagReaches = new TagReaches(limits.maxReaches ?? MAX_REACHES)
  }

  /** Newest epoch later than `since` at which the subject was concerned; 0 when it was not. */
  newest({ key, tags }: Subject, since: number): number {
    if (this.latest <= since) return 0
    let newest = Math.max(this.floor, this.keys.newest(key))
    if (this.latestMatcher > since) {
      const namespace = namespaceOf(key)
      newest = Math.max(newest, this.namespaces.newest(namespace), this.newestOfTags(tags, namespace, since))
      if (this.patterns.size > 0) newest = Math.max(newest, this.patterns.newest(key, namespace, since))
    }
    return newest > since ? newest : 0
  }

  note(command: LogCommand, epoch: number): void {
    if (command.kind === 'swept') return
    this.latest = Math.max(this.latest, epoch)
    if (command.kind === 'keys' || command.kind === 'put') {
      for (const key of command.keys) this.keys.note(key, epoch)
      return
    }
    this.latestMatcher = Math.max(this.latestMatcher, epoch)
    if (command.kind === 'all') this.raiseFloor(epoch)
    else if (command.kind === 'tags') this.noteTags(command.tags, command.reach, epoch)
    else if (command.kind === 'patterns')
      for (const text of command.patterns) this.notePattern(text, command.reach, epoch)
    else for (const namespace of command.namespaces) this.raiseFloor(this.namespaces.raise(namespace, epoch))
  }

  raiseFloor(epoch: number): void {
    this.latest = Math.max(this.latest, epoch)
    if (epoch > this.floor) this.floor = epoch
  }

  /** Lets one floor stand for everything up to `epoch`. */
  foldUpTo(epoch: number): void {
    this.raiseFloor(epoch)
    for (const part of [this.keys, this.tags, this.namespaces, this.patterns, this.tagReaches]) part.forgetUpTo(epoch)
  }

  /** After rows were merged into the parts from a snapshot: it covers everything up to `epoch`. */
  covers(epoch: number): void {
    this.latest = Math.max(this.latest, epoch)
    this.latestMatcher = Math.max(this.latestMatcher, epoch)
    this.scopedTags = true
  }

  notePattern(source: string, reach: Reach, epoch: number): void {
    const folded = this.patterns.note(source, reach, epoch)
    if (folded !== null) this.raiseFloorsOf(folded.sphere, folded.epoch)
  }

  /** Returns what stands for the reach in the table of tags. */
  noteTagReach(reach: SeveralNamespaces, epoch: number): string {
    const { scope, folded } = this.tagReaches.note(reach, epoch)
    if (folded !== null) this.raiseFloorsOf(folded.reach, folded.epoch)
    return SCOPE + scope + SCOPE
  }

  private noteTags(tags: readonly string[], reach: Reach, epoch: number): void {
    const scope = this.scopeOf(reach, epoch)
    for (const tag of tags) this.tags.note(scope + tag, epoch)
  }

  private scopeOf(reach: Reach, epoch: number): string {
    if (reach === '*') return ''
    this.scopedTags = true
    const [namespace = '', ...others] = reach
    return others.length === 0 ? namespace + SCOPE : this.noteTagReach(reach, epoch)
  }

  private newestOfTags(tags: readonly string[], namespace: string, since: number): number {
    if (tags.length === 0) return 0
    const scopes = this.scopedTags ? this.scopesOf(namespace, since) : EVERYWHERE
    let newest = 0
    for (const scope of scopes) for (const tag of tags) newest = Math.max(newest, this.tags.newest(scope + tag))
    return newest
  }

  private scopesOf(namespace: string, since: number): string[] {
    const several = this.tagReaches.scopesOf(namespace, since).map((scope) => SCOPE + scope + SCOPE)
    return ['', namespace + SCOPE, ...several]
  }

  private raiseFloorsOf(reach: Reach, epoch: number): void {
    if (reach === '*') this.raiseFloor(epoch)
    else for (const namespace of reach) this.raiseFloor(this.namespaces.raise(namespace, epoch))
  }
}
