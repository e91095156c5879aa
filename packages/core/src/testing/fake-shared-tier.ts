import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { goneAtMs } from '../entries/freshness.ts'
import { AppError } from '../errors/app-error.ts'
import { type Lookup, lookupOf, type PutOptions, type SharedTier } from '../tiers/tier.ts'

/** L2 in memory, for domain tests: the same rules as the real one, and it can be cut off. */
export class FakeSharedTier implements SharedTier {
  readonly held = new Map<string, Entry>()
  down = false

  async get(key: string): Promise<Lookup> {
    this.requireUp()
    return lookupOf(this.held.get(key))
  }

  async getMany(keys: readonly string[]): Promise<Lookup[]> {
    this.requireUp()
    return keys.map((key) => lookupOf(this.held.get(key)))
  }

  async put(key: string, entry: Entry, { condition, nowMs }: PutOptions): Promise<boolean> {
    this.requireUp()
    if (goneAtMs(entry) <= nowMs) return false
    const held = this.held.get(key)
    if (condition !== undefined) {
      const same =
        condition.seen === null ? held === undefined : held !== undefined && sameVersion(held, condition.seen)
      if (!same) return false
    }
    if (held !== undefined && isNewer(held.version, entry.version)) return false
    this.held.set(key, entry)
    return true
  }

  async remove(keys: readonly string[], version: Version): Promise<void> {
    this.requireUp()
    for (const key of keys) {
      const held = this.held.get(key)?.version
      if (held && !(held.generation === version.generation && held.epoch >= version.epoch)) this.held.delete(key)
    }
  }

  private requireUp(): void {
    if (this.down) throw new AppError('store_unavailable', 'the tier is down')
  }
}

function sameVersion({ version }: Entry, other: Version): boolean {
  return version.generation === other.generation && version.epoch === other.epoch
}

function isNewer(held: Version, other: Version): boolean {
  return held.generation === other.generation && held.epoch > other.epoch
}
