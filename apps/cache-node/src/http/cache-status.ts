import type { AppError } from '@freshet/core/errors/app-error'
import type { ErrorCode } from '@freshet/core/errors/codes'
import type { MissReason, ReadResult } from '@freshet/core/tiers/read-result'

/** RFC 9211 `fwd` tokens for our miss reasons. */
const FWD: Record<MissReason, string> = {
  absent: 'uri-miss',
  expired: 'stale',
  invalidated: 'miss',
  degraded: 'bypass',
  bypass: 'request',
}

/**
 * `Cache-Status` (RFC 9211). `ttlS` is what remains of the freshness lifetime in seconds, negative for a stale value.
 * Tokens after `detail` are ours: l1, l2, origin, negative; stale and why; the miss reason.
 */
export function renderCacheStatus(result: ReadResult, ttlS: number): string {
  if (result.kind === 'miss') return `freshet; fwd=${FWD[result.reason]}; detail=${result.reason}`
  const negative = result.kind === 'absent' ? ' negative' : ''
  const { stale } = result
  if (result.missed === null)
    return `freshet; hit; ttl=${ttlS}; detail=${detailOf(`${result.source}${negative}${stale === null ? '' : ` stale ${stale}`}`)}`
  const collapsed = result.source === 'joined' ? '; collapsed' : ''
  const detail = stale === null ? `origin${negative} ${result.missed}` : `${result.source} stale ${stale}`
  return `freshet; fwd=${FWD[result.missed]}${collapsed}; ttl=${ttlS}; detail=${detailOf(detail)}`
}

/**
 * `Cache-Status` of a read that was refused or failed: whether the origin was asked, and the error's code and state. Null
 * for an error that says nothing about the cache (a key that is too long, a credential).
 */
export function renderFailureStatus({ code, facts }: AppError): string | null {
  const fwd = FORWARDED.has(code) ? 'fwd=miss; ' : ''
  if (fwd === '' && !KEPT_BACK.has(code)) return null
  const state = facts.state === undefined || facts.state === code ? '' : ` ${facts.state}`
  return `freshet; ${fwd}detail=${detailOf(`${code}${state}`)}`
}

/** The origin was asked, and that came to nothing. */
const FORWARDED: ReadonlySet<ErrorCode> = new Set(['origin_failed', 'origin_deadline'])
/** The cache answered by itself, without asking anybody. */
const KEPT_BACK: ReadonlySet<ErrorCode> = new Set(['degraded', 'not_cached', 'origin_unavailable'])

/** A single word is a Token, anything longer a String. */
function detailOf(words: string): string {
  return words.includes(' ') ? `"${words}"` : words
}
