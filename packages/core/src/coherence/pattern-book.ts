import { matchPattern } from '../patterns/match-pattern.ts'
import { type Pattern, parsePattern } from '../patterns/parse-pattern.ts'
import type { Reach } from './log-record.ts'

interface Row {
  readonly pattern: Pattern
  readonly reach: Reach
  epoch: number
}

/** What became of a pattern for which there was no room: `namespace` is null when it may match in several. */
export interface FoldedPattern {
  namespace: string | null
  epoch: number
}

/**
 * Patterns with the epoch at which each was last invalidated, newest last, at most `limit`. What lies in one namespace is
 * looked at for that namespace's keys alone.
 */
export class PatternBook {
  private readonly limit: number
  private readonly rows = new Map<string, Row>()
  /** The same rows, newest first, by the namespace in which all their matches lie; '' for the others. */
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
    const row = { pattern, reach, epoch }
    this.rows.set(name, row)
    this.insert(row)
    return this.rows.size > this.limit ? this.giveUpOldest() : null
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
    for (const { pattern, reach, epoch } of this.byNamespace.get(list) ?? []) {
      if (epoch <= since) return 0
      if ((reach === '*' || reach.includes(namespace)) && matchPattern(pattern, key)) return epoch
    }
    return 0
  }

  private insert(row: Row): void {
    const list = this.byNamespace.get(row.pattern.namespace ?? '') ?? []
    // Records come in order, so this is the front but for a node's own, which it notes early, and for snapshots.
    const at = list.findIndex(({ epoch }) => epoch <= row.epoch)
    list.splice(at === -1 ? list.length : at, 0, row)
    this.byNamespace.set(row.pattern.namespace ?? '', list)
  }

  private remove(name: string, row: Row): void {
    this.rows.delete(name)
    const namespace = row.pattern.namespace ?? ''
    const left = this.byNamespace.get(namespace)?.filter((other) => other !== row) ?? []
    if (left.length > 0) this.byNamespace.set(namespace, left)
    else this.byNamespace.delete(namespace)
  }

  private giveUpOldest(): FoldedPattern | null {
    let oldest: [string, Row] | null = null
    for (const entry of this.rows) if (oldest === null || entry[1].epoch < oldest[1].epoch) oldest = entry
    if (oldest === null) return null
    this.remove(...oldest)
    return { namespace: oldest[1].pattern.namespace, epoch: oldest[1].epoch }
  }
}
