import type { Version } from '../coherence/version.ts'

/**
 * One cached value, or the knowledge that there is none (`negative`). Deadlines are epoch milliseconds on Redis's
 * clock, so that no two machines' wall clocks meet.
 */
export interface Entry {
  readonly version: Version
  /**
   * The newest epoch, of the version's generation, up to which no record was found to concern the value: at least the
   * version's own. Raised in place when the value is judged, and by the sweep in L2. Sound, because what is found untouched
   * up to an epoch stays so; and no version, because a value that was loaded later must win whatever the stamp says.
   */
  stamp: number
  readonly negative: boolean
  /** When the value came into the cache; Age counts from here. */
  readonly storedAtMs: number
  /** Fresh before this. */
  readonly freshUntilMs: number
  /** Served stale, while one refresh runs, before this (stale-while-revalidate, RFC 5861). */
  readonly staleUntilMs: number
  /** Served stale before this when the origin fails (stale-if-error, RFC 5861). */
  readonly errorUntilMs: number
  /** Strong entity tag, with its quotes. */
  readonly etag: string
  readonly contentType: string
  readonly tags: readonly string[]
  readonly body: Buffer
}

/** Bytes an entry takes in L1: body, strings, and what a Map slot and the objects cost (measured, rounded up). */
export function entrySizeBytes(key: string, entry: Entry): number {
  let strings = key.length + entry.contentType.length + entry.etag.length
  for (const tag of entry.tags) strings += tag.length + 16
  return entry.body.length + 2 * strings + 320
}
