import type { Version } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import type { Decision, HeldEntry, SweepableTier } from '../sweep/sweepable-tier.ts'

/** Entries in memory that a sweep can walk through, a page at a time. */
export class FakeL2 implements SweepableTier {
  readonly entries = new Map<string, Entry>()
  pagesRead = 0
  private readonly pageSize: number

  constructor(pageSize: number) {
    this.pageSize = pageSize
  }

  fill(key: string, version: Version, tags: readonly string[] = []): void {
    const value = { body: Buffer.from('x'), contentType: '', etag: null, ttlMs: 60_000, swrMs: 60_000, sieMs: null }
    this.entries.set(key, makeEntry({ ...value, tags: [...tags] }, version, defaultPolicy(), 0))
  }

  stampOf(key: string): number | undefined {
    return this.entries.get(key)?.stamp
  }

  async countEntries(): Promise<number> {
    return this.entries.size
  }

  async readPage(cursor: string | null) {
    this.pagesRead++
    const from = Number(cursor ?? 0)
    const keys = [...this.entries.keys()].filter((key) => Number(key.split(':')[1]) >= from)
    const page = keys.slice(0, this.pageSize)
    const next = keys[this.pageSize]
    return {
      entries: page.flatMap((key) => {
        const entry = this.entries.get(key)
        return entry ? [{ key, entry }] : []
      }),
      cursor: next === undefined ? null : (next.split(':')[1] ?? null),
    }
  }

  async apply(decisions: readonly Decision<HeldEntry>[]): Promise<void> {
    for (const { held, action } of decisions) {
      if (this.entries.get(held.key) !== held.entry) continue
      if (action.act === 'remove') this.entries.delete(held.key)
      if (action.act === 'stamp')
        this.entries.set(held.key, { ...held.entry, stamp: action.stamp, freshUntilMs: action.freshUntilMs })
    }
  }
}
