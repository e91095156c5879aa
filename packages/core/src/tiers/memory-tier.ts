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

  /** The keys held, for a walk; no use of any of them. */
  *keys(): Generator<string> {
    for (const [key] of this.store.entries()) yield key
  }

  /** Like `get`, but counts as no use. */
  peek(key: string): Entry | undefined {
    return this.store.peek(key)
  }

  drop(key: string): void {
    this.store.delete(key)
  }

  /** Puts another description of the same value in its place. */
  replace(key: string, entry: Entry): void {
    this.store.set(key, entry, entrySizeBytes(key, entry))
  }

  get count(): number {
    return this.store.count
  }

  get bytes(): number {
    return this.store.bytes
  }
}
