import type { LogCommand } from '../../coherence/log-record.ts'
import { formatVersion, type Version } from '../../coherence/version.ts'
import { type Bounds, BoundsByKey, targetsOf } from './bounds.ts'
import type { Key } from './rows.ts'
import type { AppendObserver } from './servers.ts'
import type { Source } from './source.ts'

/** An invalidation of one target: loads that know of it, and reads after it, must show state `n` of the row or a later. */
export interface Change {
  readonly key: Key
  /** Only values that carry it; null: whatever they carry. */
  readonly tag: string | null
  readonly n: number
  readonly hard: boolean
  /** Of the generation: each comes after those with a lower one. */
  readonly order: number
  /** When no failover could lose it any more; null: it still may be lost. */
  securedAtMs: number | null
}

/** Knows every invalidation that the log has taken and that was acknowledged, from the outside. */
export class Checker implements AppendObserver {
  /** What was acknowledged with `wait: all`: from then on no node serves anything older as fresh. */
  readonly acknowledged = new BoundsByKey()
  private readonly source: Source
  private readonly nowMs: () => number
  private readonly byVersion = new Map<string, readonly Change[]>()
  private readonly byKey = new Map<string, Change[]>()

  constructor(source: Source, nowMs: () => number) {
    this.source = source
    this.nowMs = nowMs
  }

  /**
   * To be told of every append at the moment it happens. A load whose version is at least this epoch began later and so
   * reads what the source holds now, or newer; an older value is dead.
   */
  appended(version: Version, commands: readonly LogCommand[]): void {
    const order = orderOf(version.generation)
    const changes = commands.flatMap((command) =>
      targetsOf(command).map(({ key, tag }): Change => {
        const hard = !('mode' in command && command.mode === 'soft')
        return { key, tag, n: this.source.row(key).n, hard, order, securedAtMs: null }
      }),
    )
    this.byVersion.set(formatVersion(version), changes)
    for (const change of changes) {
      const known = this.byKey.get(change.key)
      if (known === undefined) this.byKey.set(change.key, [change])
      else known.push(change)
    }
  }

  secured(version: Version): void {
    for (const change of this.changesAt(version)) change.securedAtMs = this.nowMs()
  }

  changesAt(version: Version): readonly Change[] {
    return this.byVersion.get(formatVersion(version)) ?? []
  }

  /** Raises bounds to everything that was secured in an earlier generation, or before some moment. */
  addSecured(bounds: Bounds, key: string, beforeOrder: number, beforeMs: number): void {
    for (const { tag, n, order, securedAtMs } of this.byKey.get(key) ?? [])
      if (securedAtMs !== null && (order < beforeOrder || securedAtMs <= beforeMs)) bounds.raise(tag, n)
  }
}

export function orderOf(generation: string): number {
  return Number.parseInt(generation, 16)
}
