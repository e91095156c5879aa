import { TokenBucket } from '@freshet/core/limits/token-bucket'
import type { Credential } from './credential.ts'

/** Kinds of routes that share a limit. */
export type RouteClass = 'read' | 'write' | 'invalidate' | 'list'

/** Requests per second of one credential to one kind of route on this node; 0: unlimited. */
export type RouteRates = Record<RouteClass, number>

/** What a limit says of one request. */
export interface RateVerdict {
  allowed: boolean
  bucket: TokenBucket
  policy: string
}

/** The limits in force: each credential's own, and one per kind of route. Pure; `nowMs` is monotonic. */
export class RateLimits {
  private readonly rates: RouteRates
  private readonly perRoute = new WeakMap<Credential['principal'], Partial<Record<RouteClass, TokenBucket>>>()

  constructor(rates: RouteRates) {
    this.rates = rates
  }

  /** Takes one token from every limit that applies; null when none does. The first that refuses speaks. */
  take(credential: Credential, route: RouteClass, nowMs: number): RateVerdict | null {
    let verdict: RateVerdict | null = null
    if (this.rates[route] > 0) {
      const bucket = this.routeBucket(credential, route)
      verdict = { allowed: bucket.take(nowMs), bucket, policy: route }
      if (!verdict.allowed) return verdict
    }
    if (credential.bucket !== null)
      verdict = { allowed: credential.bucket.take(nowMs), bucket: credential.bucket, policy: 'key' }
    return verdict
  }

  private routeBucket({ principal }: Credential, route: RouteClass): TokenBucket {
    let buckets = this.perRoute.get(principal)
    if (buckets === undefined) {
      buckets = {}
      this.perRoute.set(principal, buckets)
    }
    buckets[route] ??= new TokenBucket(this.rates[route])
    return buckets[route]
  }
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): what is left, and seconds until full. */
export function renderRateLimit({ bucket, policy }: RateVerdict, nowMs: number): { limit: string; policy: string } {
  return {
    limit: `"${policy}";r=${bucket.remaining(nowMs)};t=${Math.ceil(bucket.resetMs(nowMs) / 1_000)}`,
    policy: `"${policy}";q=${Math.floor(bucket.burst)};w=1`,
  }
}
