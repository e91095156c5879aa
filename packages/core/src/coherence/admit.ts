import type { CoherenceState } from '../contracts/node-registry.ts'
import type { Entry } from '../entries/entry.ts'
import { freshnessOf } from '../entries/freshness.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { Follower, Instant } from './follower.ts'

/** Why a value is served although it is not fresh. */
export type StaleReason = 'revalidating' | 'degraded' | 'generation'
/** Why a value may not be served. */
export type RefusalReason = 'invalidated' | 'expired' | 'degraded'

/**
 * May this value be served? `fallback` says that it may still be served marked stale if loading anew fails.
 */
export type Admission =
  | { serve: 'fresh' }
  | { serve: 'stale'; reason: StaleReason; refresh: boolean }
  | { serve: 'no'; reason: RefusalReason; fallback: boolean }

type Limits = Pick<NamespacePolicy, 'whenDegraded' | 'maxDegradedStaleMs'>

const FRESH: Admission = { serve: 'fresh' }

/**
 * The one place that decides whether a value may be served, wherever it comes from (L1, L2, a joined load). Call it when
 * the value is about to be served, never when it was asked for: an invalidation or a lost lease in between must count
 * (rules atServe, joinCheck, l1Check). `nowMs` is epoch milliseconds on Redis's clock, `now` this machine's own moment.
 */
export function admit(
  key: string,
  entry: Entry,
  follower: Follower,
  policy: Limits,
  now: Instant,
  nowMs: number,
): Admission {
  const verdict = follower.judge(key, entry)
  if (verdict === 'dead') return { serve: 'no', reason: 'invalidated', fallback: false }
  const freshness = freshnessOf(entry, nowMs)
  if (freshness === 'expired') return { serve: 'no', reason: 'expired', fallback: false }

  const state: CoherenceState = follower.state(now)
  if (state !== 'coherent') return admitDegraded(policy, follower.inTheDarkMs(now), freshness)
  if (verdict === 'superseded') return admitSuperseded(policy, follower.supersededForMs(now), freshness)
  if (verdict === 'softened') return admitSoftened(entry, nowMs)
  if (freshness === 'fresh') return FRESH
  if (freshness === 'stale') return { serve: 'stale', reason: 'revalidating', refresh: true }
  return { serve: 'no', reason: 'expired', fallback: true }
}

/**
 * Soft invalidation: stale at once, as if the time to live had run out. Served marked within the value's own limits while
 * one refresh runs, or when the origin fails; never as fresh again.
 */
function admitSoftened(entry: Entry, nowMs: number): Admission {
  const hasWindow = entry.staleUntilMs > entry.freshUntilMs
  if (hasWindow && nowMs < entry.staleUntilMs) return { serve: 'stale', reason: 'revalidating', refresh: true }
  return { serve: 'no', reason: 'invalidated', fallback: nowMs < entry.errorUntilMs }
}

/**
 * A new generation means that invalidations may have been lost, so nobody can vouch for what was cached before. Marked
 * stale it is served where the policy says so, within the same limit as without a lease, counted from when the last lease
 * of the old generation ran out: in a namespace without origin nothing would ever replace it.
 */
function admitSuperseded(policy: Limits, sinceMs: number, freshness: 'fresh' | 'stale' | 'error-only'): Admission {
  const within = sinceMs <= policy.maxDegradedStaleMs
  if (policy.whenDegraded !== 'stale' || !within)
    return { serve: 'no', reason: 'invalidated', fallback: policy.whenDegraded === 'bypass' && within }
  if (freshness === 'error-only') return { serve: 'no', reason: 'expired', fallback: true }
  return { serve: 'stale', reason: 'generation', refresh: true }
}

/**
 * Without a lease nothing is fresh. `sinceMs` is how long ago it ran out; infinite for a node that never had one, which
 * therefore serves nothing stale either.
 */
function admitDegraded(policy: Limits, sinceMs: number, freshness: 'fresh' | 'stale' | 'error-only'): Admission {
  const within = sinceMs <= policy.maxDegradedStaleMs
  if (policy.whenDegraded !== 'stale' || !within)
    return { serve: 'no', reason: 'degraded', fallback: policy.whenDegraded === 'bypass' && within }
  if (freshness === 'error-only') return { serve: 'no', reason: 'expired', fallback: true }
  // A value within its own TTL needs no reload: the origin would be asked by every reader while Redis is away.
  return { serve: 'stale', reason: 'degraded', refresh: freshness === 'stale' }
}
