import type { Version } from '../coherence/version.ts'
import { type Entry, entrySizeBytes } from '../entries/entry.ts'
import type { EvictionStore } from '../eviction/policy.ts'

/** L1: this process's own memory, bounded by bytes and by entries. Synchronous, so that a hit never leaves the turn. */
export class MemoryTier {
  private readonly store: EvictionStore<Entry>

  constructor(store: EvictionStore<Entry>) {
    this.store = store
  }

  get(key: string): Entry | undefined {
    return this.store.get(key)
  }

  /** Keeps the entry unless a newer version of the same generation is already there (a slow load that ended late). */
  put(key: string, entry: Entry): void {
    const held = this.store.peek(key)
    if (held && held.version.generation === entry.version.generation && held.version.epoch > entry.version.epoch) return
    this.store.set(key, entry, entrySizeBytes(key, entry))
  }

  /** Removes the key if what is held is older than `epoch`, or of another generation. */
  dropOlder(key: string, version: Version): void {
    const held = this.store.peek(key)
    if (held === undefined) return
    if (held.version.generation !== version.generation || held.version.epoch < version.epoch) this.store.delete(key)
  }

  get count(): number {
    return this.store.count
  }

  get bytes(): number {
    return this.store.bytes
  }
}
