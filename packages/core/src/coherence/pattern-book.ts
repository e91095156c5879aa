import { matchPattern } from '../patterns/match-pattern.ts'
import { type Pattern, parsePattern } from '../patterns/parse-pattern.ts'
import type { Reach } from './log-record.ts'

interface Row {
  readonly pattern: Pattern
  readonly reach: Reach
  /** Where all its matches lie. */
  readonly sphere: Reach
  /** The one namespace of its sphere; '' when there are several. */
  readonly home: string
  epoch: number
}

/** A pattern for which there was no room, and where it may have matched. */
export interface FoldedPattern {
  sphere: Reach
  epoch: number
}

/**
 * Patterns with the epoch at which each was last invalidated, newest last, at most `limit`. What lies in one namespace is
 * looked at for that namespace's keys alone.
 *
 * Where there is no room, the sphere with the most patterns gives up its oldest. Were it the oldest of all, whoever may
 * invalidate in one namespace could push out everybody else's patterns, and so end what they cache.
 */
export class PatternBook {
  private readonly limit: number
  private readonly rows = new Map<string, Row>()
  /** The same rows, newest first, by `home`. */
  private readonly byNamespace = new Map<string, Row[]>()

  constructor(limit: number) {
    this.limit = limit
  }

  get size(): number {
    return this.rows.size
  }

  /** Throws RangeError when the pattern cannot be read: records are parsed before they come here. */
  note(source: string, reach: Reach, epoch: number): FoldedPattern | null {
    const name = JSON.stringify([source, reach])
    const known = this.rows.get(name)
    if (known !== undefined && known.epoch >= epoch) return null
    const pattern = known?.pattern ?? parsePattern(source)
    if ('reason' in pattern) throw new RangeError(`not a pattern: ${pattern.reason}`)
    if (known !== undefined) this.remove(name, known)
    const sphere = sphereOf(pattern, reach)
    if (sphere === null) return null
    const row = { pattern, reach, sphere, home: homeOf(sphere), epoch }
    this.rows.set(name, row)
    this.insert(row)
    return this.rows.size > this.limit ? this.giveUpOne() : null
  }

  /** Epoch of the newest pattern later than `since` that matches; 0 when none does. */
  newest(key: string, namespace: string, since: number): number {
    return Math.max(this.newestIn(namespace, key, namespace, since), this.newestIn('', key, namespace, since))
  }

  forgetUpTo(epoch: number): void {
    for (const [name, row] of this.rows) if (row.epoch <= epoch) this.remove(name, row)
  }

  *entries(): Generator<{ source: string; reach: Reach; epoch: number }> {
    for (const { pattern, reach, epoch } of this.rows.values()) yield { source: pattern.source, reach, epoch }
  }

  private newestIn(list: string, key: string, namespace: string, since: number): number {
    for (const { pattern, sphere, epoch } of this.byNamespace.get(list) ?? []) {
      if (epoch <= since) return 0
      if ((sphere === '*' || sphere.includes(namespace)) && matchPattern(pattern, key)) return epoch
    }
    return 0
  }

  private insert(row: Row): void {
    const list = this.byNamespace.get(row.home) ?? []
    // Records come in order, so this is the front but for a node's own, which it notes early, and for snapshots.
    const at = list.findIndex(({ epoch }) => epoch <= row.epoch)
    list.splice(at === -1 ? list.length : at, 0, row)
    this.byNamespace.set(row.home, list)
  }

  private remove(name: string, row: Row): void {
    this.rows.delete(name)
    const left = this.byNamespace.get(row.home)?.filter((other) => other !== row) ?? []
    if (left.length > 0) this.byNamespace.set(row.home, left)
    else this.byNamespace.delete(row.home)
  }

  private giveUpOne(): FoldedPattern | null {
    const shares = new Map<string, Share>()
    for (const [name, row] of this.rows) {
      const of = row.home === '' ? JSON.stringify(row.sphere) : row.home
      const share = shares.get(of)
      if (share === undefined) shares.set(of, { size: 1, name, oldest: row })
      else {
        share.size++
        if (row.epoch < share.oldest.epoch) Object.assign(share, { name, oldest: row })
      }
    }
    const [first, ...others] = shares.values()
    if (first === undefined) return null
    const { name, oldest } = others.reduce((most, one) => (isFirstToGive(one, most) ? one : most), first)
    this.remove(name, oldest)
    return { sphere: oldest.sphere, epoch: oldest.epoch }
  }
}

interface Share {
  size: number
  name: string
  oldest: Row
}

function isFirstToGive(one: Share, other: Share): boolean {
  return one.size === other.size ? one.oldest.epoch < other.oldest.epoch : one.size > other.size
}

/** Null: nowhere. */
function sphereOf({ namespace }: Pattern, reach: Reach): Reach | null {
  if (namespace === null) return reach
  return reach === '*' || reach.includes(namespace) ? [namespace] : null
}

function homeOf(sphere: Reach): string {
  const [only = ''] = sphere
  return sphere === '*' || sphere.length > 1 ? '' : only
}
