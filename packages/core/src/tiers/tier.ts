import type { Entry } from '../entries/entry.ts'

/** What a tier knows of a key. `known-absent` is knowledge too: the origin said so, and it saves the next request. */
export type Lookup = { state: 'hit'; entry: Entry } | { state: 'known-absent'; entry: Entry } | { state: 'miss' }

export const MISS: Lookup = { state: 'miss' }

export function lookupOf(entry: Entry | undefined): Lookup {
  if (entry === undefined) return MISS
  return { state: entry.negative ? 'known-absent' : 'hit', entry }
}

/** What `put` may insist on. */
export interface PutCondition {
  /** The stored record must still be the one seen: its version, or null for "there was none". */
  seen: { generation: string; epoch: number } | null
}

/**
 * A tier behind L1, shared by all nodes. A tier only keeps bytes: whether a value may be served is for `admit` to say.
 * Methods reject with AppError `store_unavailable` when the tier cannot be reached.
 */
export interface SharedTier {
  get(key: string): Promise<Lookup>
  /** One lookup per key, in order. */
  getMany(keys: readonly string[]): Promise<Lookup[]>
  /**
   * Stores unless the tier holds a newer version of the same generation (thrift, not safety) or the condition fails;
   * says whether it stored. `compressAboveBytes` 0: never compress. `nowMs`: Redis's clock.
   */
  put(key: string, entry: Entry, options: PutOptions): Promise<boolean>
  /** Removes each key unless what is stored under it is newer than `version`. */
  remove(keys: readonly string[], version: { generation: string; epoch: number }): Promise<void>
}

export interface PutOptions {
  compressAboveBytes: number
  nowMs: number
  condition?: PutCondition
}
