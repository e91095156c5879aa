import type { LogCommand } from '../../coherence/log-record.ts'
import { isWritten, KEYS, type Key, namespaceOfKey, PATTERNS, TAGS, tagsOf } from './rows.ts'
import type { Source } from './source.ts'

/** What a command ends: every older value of a key, or those that carry a tag (null: whatever they carry). */
export interface Target {
  key: Key
  tag: string | null
}

/** What a command concerns, told by other means than the product's. */
export function targetsOf(command: LogCommand): Target[] {
  switch (command.kind) {
    case 'keys':
      return whole(KEYS.filter((key) => command.keys.includes(key)))
    case 'put':
      // A `put` of a key that clients do not write is an amendment: it stores a value that may be old and valid.
      return whole(KEYS.filter((key) => command.keys.includes(key) && isWritten(key)))
    case 'tags':
      return within(command.reach).flatMap((key) =>
        TAGS.filter((tag) => command.tags.includes(tag)).map((tag) => ({ key, tag })),
      )
    case 'patterns': {
      const matched = PATTERNS.filter(([pattern]) => command.patterns.includes(pattern)).flatMap(([, keys]) => keys)
      return whole(within(command.reach).filter((key) => matched.includes(key)))
    }
    case 'namespaces':
      return whole(within(command.namespaces))
    case 'all':
      return whole(KEYS)
    case 'swept':
      return []
  }
}

function whole(keys: readonly Key[]): Target[] {
  return keys.map((key) => ({ key, tag: null }))
}

function within(reach: '*' | readonly string[]): Key[] {
  return KEYS.filter((key) => reach === '*' || reach.includes(namespaceOfKey(key)))
}

/** The oldest states of one key's row that may be told: of values with a certain tag, and of all. */
export class Bounds {
  private whatever = 0
  private readonly tagged = new Map<string, number>()

  raise(tag: string | null, n: number): void {
    if (tag === null) this.whatever = Math.max(this.whatever, n)
    else this.tagged.set(tag, Math.max(n, this.tagged.get(tag) ?? 0))
  }

  raiseAll(other: Bounds): void {
    this.raise(null, other.whatever)
    for (const [tag, n] of other.tagged) this.raise(tag, n)
  }

  copy(): Bounds {
    const copy = new Bounds()
    copy.raiseAll(this)
    return copy
  }

  allowValue(key: string, n: number): boolean {
    return n >= this.whatever && tagsOf(key, n).every((tag) => n >= (this.tagged.get(tag) ?? 0))
  }

  /** "There is no such row": such an answer has no tags. */
  allowAbsence(key: string, source: Source): boolean {
    return source.wasAbsentSince(key, this.whatever)
  }

  tell(): string {
    const tagged = [...this.tagged].map(([tag, n]) => `, with ${tag} ${n} or newer`)
    return `${this.whatever} or newer${tagged.join('')}`
  }
}

/** Bounds of every key. */
export class BoundsByKey {
  private readonly byKey = new Map<string, Bounds>()

  of(key: string): Bounds {
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    const bounds = new Bounds()
    this.byKey.set(key, bounds)
    return bounds
  }
}
