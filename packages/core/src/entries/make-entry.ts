import { createHash } from 'node:crypto'
import type { Version } from '../coherence/version.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { Entry } from './entry.ts'

/** What is to be cached, from an origin or a writer; null means "the policy decides". Milliseconds. */
export interface Value {
  body: Buffer
  contentType: string
  etag: string | null
  tags: readonly string[]
  ttlMs: number | null
  swrMs: number | null
  sieMs: number | null
}

type Lifetimes = Pick<NamespacePolicy, 'ttlMs' | 'swrMs' | 'sieMs' | 'negativeTtlMs'>

/** `jitter` (0 to 1) is the share of the TTL to take away; `nowMs` is on Redis's clock. */
export function makeEntry(value: Value, version: Version, policy: Lifetimes, nowMs: number, jitter = 0): Entry {
  const freshUntilMs = nowMs + Math.round((value.ttlMs ?? policy.ttlMs) * (1 - jitter))
  return {
    version,
    stamp: version.epoch,
    negative: false,
    storedAtMs: nowMs,
    freshUntilMs,
    staleUntilMs: freshUntilMs + (value.swrMs ?? policy.swrMs),
    errorUntilMs: freshUntilMs + (value.sieMs ?? policy.sieMs),
    etag: value.etag ?? etagOf(value.contentType, value.body),
    contentType: value.contentType,
    tags: value.tags,
    body: value.body,
  }
}

/** "The origin has no such key": no body, no tags, a short life and no stale windows. */
export function makeAbsence(version: Version, ttlMs: number, nowMs: number): Entry {
  const untilMs = nowMs + ttlMs
  return {
    version,
    stamp: version.epoch,
    negative: true,
    storedAtMs: nowMs,
    freshUntilMs: untilMs,
    staleUntilMs: untilMs,
    errorUntilMs: untilMs,
    etag: '""',
    contentType: '',
    tags: [],
    body: Buffer.alloc(0),
  }
}

/** A strong entity tag: 132 bits of SHA-256 over content type and body. */
export function etagOf(contentType: string, body: Buffer): string {
  return `"${createHash('sha256').update(contentType).update('\0').update(body).digest('base64url').slice(0, 22)}"`
}
