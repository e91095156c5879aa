import type { Entry } from '../entries/entry.ts'

/**
 * Where an answer came from. `peer`: the owner's cache; `joined`: an origin load that another caller had begun; `origin` also
 * when the owner loaded it for us.
 */
export type Source = 'l1' | 'l2' | 'peer' | 'origin' | 'joined'

/**
 * Why a stale value was served: a refresh is running, the node lost its lease, the log began a new generation, the
 * origin failed, or it took longer than the soft timeout.
 */
export type StaleCause = 'revalidating' | 'degraded' | 'generation' | 'origin-error' | 'origin-slow'

/** Why the cache itself had no answer. */
export type MissReason = 'absent' | 'expired' | 'invalidated' | 'degraded' | 'bypass'

/**
 * A read's answer. `found` and `absent` (the origin has no such key) carry the entry, and an absence can be stale like any
 * value: somebody may have written the key; `miss` is a key that nobody wrote
 * in a namespace without origin. `missed` says why the cache had to ask the origin; null when it did not.
 */
export type ReadResult =
  | { kind: 'found'; entry: Entry; source: Source; stale: StaleCause | null; missed: MissReason | null }
  | { kind: 'absent'; entry: Entry; source: Source; stale: StaleCause | null; missed: MissReason | null }
  | { kind: 'miss'; reason: MissReason }

/** `reload`: do not answer from the cache (Cache-Control: no-cache). `cached-only`: do not ask the origin. */
export type ReadMode = 'normal' | 'reload' | 'cached-only'

export function answer(
  entry: Entry,
  source: Source,
  stale: StaleCause | null,
  missed: MissReason | null,
): Exclude<ReadResult, { kind: 'miss' }> {
  return { kind: entry.negative ? 'absent' : 'found', entry, source, stale, missed }
}
