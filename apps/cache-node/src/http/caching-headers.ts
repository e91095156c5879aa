import { formatVersion } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { renderCacheStatus } from './cache-status.ts'

/** Whole seconds since the value came into the cache. */
export function ageSeconds(entry: Entry, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - entry.storedAtMs) / 1_000))
}

/** Whole seconds of freshness left; negative once stale. */
export function ttlSeconds(entry: Entry, nowMs: number): number {
  return Math.floor((entry.freshUntilMs - nowMs) / 1_000)
}

/**
 * `Cache-Control` of an entry. Its max-age is the whole lifetime: a cache downstream subtracts `Age` from it (RFC 9111,
 * 4.2), and what remains is in Cache-Status. A value that is stale because nobody can know better must not be kept by
 * anybody.
 */
export function renderCacheControl(entry: Entry): string {
  const lifetimeS = Math.max(0, Math.floor((entry.freshUntilMs - entry.storedAtMs) / 1_000))
  const swrS = Math.floor((entry.staleUntilMs - entry.freshUntilMs) / 1_000)
  const sieS = Math.floor((entry.errorUntilMs - entry.freshUntilMs) / 1_000)
  return (
    `max-age=${lifetimeS}` +
    (swrS > 0 ? `, stale-while-revalidate=${swrS}` : '') +
    (sieS > 0 ? `, stale-if-error=${sieS}` : '')
  )
}

/** Headers of a found value, in the names and order the documentation gives. */
export function entryHeaders(result: Extract<ReadResult, { kind: 'found' }>, nowMs: number): Record<string, string> {
  const { entry } = result
  return {
    'content-type': entry.contentType,
    'x-content-type-options': 'nosniff',
    etag: entry.etag,
    age: String(ageSeconds(entry, nowMs)),
    'cache-control': isUnknowable(result, nowMs) ? 'no-cache' : renderCacheControl(entry),
    'cache-status': renderCacheStatus(result, ttlSeconds(entry, nowMs)),
    'freshet-version': formatVersion(entry.version),
    ...(entry.tags.length > 0 && { 'surrogate-key': renderTags(entry.tags) }),
  }
}

/**
 * Whether nobody downstream may keep this answer: it is stale and its age does not show it. Without a lease that is so for
 * every value, and for one that stands in when the node's own load fails, too.
 */
export function isUnknowable({ entry, stale }: Exclude<ReadResult, { kind: 'miss' }>, nowMs: number): boolean {
  if (stale === null) return false
  return stale === 'degraded' || stale === 'generation' || nowMs < entry.freshUntilMs
}

/**
 * `Surrogate-Key`: tags separated by spaces, UTF-8 as one character per octet, which is what header fields carry. A tag
 * that holds a space cannot be told apart there and is left out.
 */
export function renderTags(tags: readonly string[]): string {
  const plain = tags.filter((tag) => !tag.includes(' ')).join(' ')
  return Buffer.from(plain).toString('latin1')
}
