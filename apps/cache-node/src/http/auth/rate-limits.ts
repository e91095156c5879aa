import { TokenBucket } from '@freshet/core/limits/token-bucket'
import { BoundedMap } from './bounded-map.ts'

/** Kinds of routes that share a limit. */
export type RouteClass = 'read' | 'write' | 'invalidate' | 'list'

/** Requests per second of one credential to one kind of route on this node; 0: unlimited. */
export type RouteRates = Record<RouteClass, number>

/** The buckets of one credential, whatever it was presented as. */
export interface CredentialRates {
  /** The rate that its record names; null: unlimited. */
  readonly own: TokenBucket | null
  readonly routes: Partial<Record<RouteClass, TokenBucket>>
}

/** What a limit says of one request. */
export interface RateVerdict {
  allowed: boolean
  bucket: TokenBucket
  policy: string
}

/** Credentials whose use is remembered on this node. */
const MAX_REMEMBERED = 20_000

/**
 * Remembers what each credential has used. It outlives verification: neither a new control document nor another spelling
 * of the same header ("bearer", "BEARER") may fill a bucket again.
 */
export class RateMemory {
  private readonly known = new BoundedMap<string, { ratePerSecond: number | null; rates: CredentialRates }>(
    MAX_REMEMBERED,
  )

  /** `id` names the credential among all kinds. A changed rate begins with a full bucket. */
  ratesOf(id: string, ratePerSecond: number | null): CredentialRates {
    const before = this.known.get(id)
    if (before !== undefined && before.ratePerSecond === ratePerSecond) return before.rates
    const own = ratePerSecond === null ? null : new TokenBucket(ratePerSecond)
    const rates = { own, routes: before?.rates.routes ?? {} }
    this.known.set(id, { ratePerSecond, rates })
    return rates
  }
}

/** The limits in force: each credential's own, and one per kind of route. Pure; `nowMs` is monotonic. */
export class RateLimits {
  private readonly rates: RouteRates

  constructor(rates: RouteRates) {
    this.rates = rates
  }

  /** Takes one token from every limit that applies; null when none does. The first that refuses speaks. */
  take({ rates }: { readonly rates: CredentialRates | null }, route: RouteClass, nowMs: number): RateVerdict | null {
    if (rates === null) return null
    let verdict: RateVerdict | null = null
    if (this.rates[route] > 0) {
      rates.routes[route] ??= new TokenBucket(this.rates[route])
      const bucket = rates.routes[route]
      verdict = { allowed: bucket.take(nowMs), bucket, policy: route }
      if (!verdict.allowed) return verdict
    }
    return rates.own === null ? verdict : { allowed: rates.own.take(nowMs), bucket: rates.own, policy: 'key' }
  }
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): what is left, and seconds until full. */
export function renderRateLimit({ bucket, policy }: RateVerdict, nowMs: number): { limit: string; policy: string } {
  return {
    limit: `"${policy}";r=${bucket.remaining(nowMs)};t=${Math.ceil(bucket.resetMs(nowMs) / 1_000)}`,
    policy: `"${policy}";q=${Math.floor(bucket.burst)};w=1`,
  }
}
