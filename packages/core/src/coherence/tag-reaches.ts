import type { Reach } from './log-record.ts'
import { hashName } from './name-hash.ts'

/** Namespaces in which somebody may end values by tag: several, but not all. */
export type SeveralNamespaces = Exclude<Reach, '*'>

interface Row {
  readonly reach: SeveralNamespaces
  readonly namespaces: ReadonlySet<string>
  /** Stands for the namespaces in the table of tags. */
  readonly scope: string
  epoch: number
}

/** A reach for which there was no room, and the newest epoch of any tag within it. */
export interface FoldedReach {
  reach: SeveralNamespaces
  epoch: number
}

/**
 * The reaches within which tags were invalidated, at most `limit`, so that a tag takes one row of the table of tags and not
 * one per namespace: a thousand tags of somebody who holds a thousand namespaces would be a million rows, a third of a
 * second of every node's time, and the end of what others cache.
 */
export class TagReaches {
  private readonly limit: number
  /** In the order in which they were last used. */
  private readonly rows = new Map<string, Row>()

  constructor(limit: number) {
    this.limit = limit
  }

  /** What stands for these namespaces, once the reach that had to make room, if any, was folded. */
  note(reach: SeveralNamespaces, epoch: number): { scope: string; folded: FoldedReach | null } {
    const name = JSON.stringify(reach)
    const known = this.rows.get(name)
    // Should two reaches share a hash, each ends the other's tags too: an innocent may die, no guilty value lives.
    const scope = known?.scope ?? hashName(name).toString(36)
    const namespaces = known?.namespaces ?? new Set(reach)
    this.rows.delete(name)
    this.rows.set(name, { reach, namespaces, scope, epoch: Math.max(epoch, known?.epoch ?? 0) })
    return { scope, folded: this.rows.size > this.limit ? this.giveUpOldest() : null }
  }

  /** The scopes in which a tag of this namespace may have been invalidated later than `since`. */
  scopesOf(namespace: string, since: number): string[] {
    const scopes: string[] = []
    for (const row of this.rows.values()) if (row.epoch > since && row.namespaces.has(namespace)) scopes.push(row.scope)
    return scopes
  }

  forgetUpTo(epoch: number): void {
    for (const [name, row] of this.rows) if (row.epoch <= epoch) this.rows.delete(name)
  }

  *entries(): Generator<FoldedReach> {
    for (const { reach, epoch } of this.rows.values()) yield { reach, epoch }
  }

  private giveUpOldest(): FoldedReach | null {
    for (const [name, { reach, epoch }] of this.rows) {
      this.rows.delete(name)
      return { reach, epoch }
    }
    return null
  }
}
