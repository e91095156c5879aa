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
  const stale = result.kind === 'found' ? result.stale : null
  if (result.missed === null)
    return `freshet; hit; ttl=${ttlS}; detail=${detailOf(`${result.source}${negative}${stale === null ? '' : ` stale ${stale}`}`)}`
  const collapsed = result.source === 'joined' ? '; collapsed' : ''
  const detail = stale === null ? `origin${negative} ${result.missed}` : `${result.source} stale ${stale}`
  return `freshet; fwd=${FWD[result.missed]}${collapsed}; ttl=${ttlS}; detail=${detailOf(detail)}`
}

/** A single word is a Token, anything longer a String. */
function detailOf(words: string): string {
  return words.includes(' ') ? `"${words}"` : words
}
