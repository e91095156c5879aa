import type { Version } from '../coherence/version.ts'
import { type Entry, entrySizeBytes } from '../entries/entry.ts'
import type { EvictionStore } from '../eviction/policy.ts'

/** Room for what other nodes own. */
export interface Guests {
  store: EvictionStore<Entry>
  /** Whether this node keeps a key in its own right. */
  owns: (key: string) => boolean
}

/**
 * L1: this process's own memory, bounded by bytes and by entries. Synchronous, so that a hit never leaves the turn.
 *
 * What this node owns lies in its main store. The rest that is worth keeping (hot keys of others, its own writes) are
 * guests in a smaller one: a cluster whose nodes all held the same keys would not grow by another node.
 */
export class MemoryTier {
  private readonly store: EvictionStore<Entry>
  private readonly guests: Guests | null

  constructor(store: EvictionStore<Entry>, guests: Guests | null = null) {
    this.store = store
    this.guests = guests
  }

  get(key: string): Entry | undefined {
    return this.store.get(key) ?? this.guests?.store.get(key)
  }

  /** Keeps the entry unless a newer version of the same generation is already there (a slow load that ended late). */
  put(key: string, entry: Entry): void {
    const held = this.peek(key)
    if (held && held.version.generation === entry.version.generation && held.version.epoch > entry.version.epoch) return
    this.replace(key, entry)
  }

  /** Removes the key if what is held is older than `epoch`, or of another generation. */
  dropOlder(key: string, version: Version): void {
    const held = this.peek(key)
    if (held === undefined) return
    if (held.version.generation !== version.generation || held.version.epoch < version.epoch) this.drop(key)
  }

  /** The keys held, for a walk; no use of any of them. */
  *keys(): Generator<string> {
    for (const [key] of this.store.entries()) yield key
    if (this.guests !== null) for (const [key] of this.guests.store.entries()) yield key
  }

  /** Like `get`, but counts as no use. */
  peek(key: string): Entry | undefined {
    return this.store.peek(key) ?? this.guests?.store.peek(key)
  }

  drop(key: string): void {
    this.store.delete(key)
    this.guests?.store.delete(key)
  }

  /** Puts another description of the same value in its place. */
  replace(key: string, entry: Entry): void {
    const bytes = entrySizeBytes(key, entry)
    if (this.guests === null || this.guests.owns(key)) {
      this.guests?.store.delete(key)
      this.store.set(key, entry, bytes)
    } else {
      this.store.delete(key)
      this.guests.store.set(key, entry, bytes)
    }
  }

  /**
   * Puts a key where it belongs after its owner changed: a guest that is ours now moves in, and what has become another's
   * is let go of. Says whether anything changed.
   */
  settle(key: string): boolean {
    if (this.guests === null) return false
    const guest = this.guests.store.peek(key)
    const owned = this.guests.owns(key)
    if (guest !== undefined && owned) this.replace(key, guest)
    else if (owned || !this.store.delete(key)) return false
    return true
  }

  get count(): number {
    return this.store.count + this.guestCount
  }

  get guestCount(): number {
    return this.guests?.store.count ?? 0
  }

  get bytes(): number {
    return this.store.bytes + (this.guests?.store.bytes ?? 0)
  }
}
