import { parseCacheControl } from './cache-control.ts'
import { parseHttpDate } from './http-date.ts'

/** What an origin allows us to do with its answer; milliseconds, null where it leaves the decision to the policy. */
export interface Lifetime {
  maxAgeMs: number | null
  swrMs: number | null
  sieMs: number | null
  noStore: boolean
}

export interface LifetimeHeaders {
  'cache-control'?: string | undefined
  age?: string | undefined
  expires?: string | undefined
  date?: string | undefined
}

/**
 * A shared cache's reading of an answer (RFC 9111, section 4.2; RFC 5861): `s-maxage` before `max-age` before `Expires`,
 * less the `Age` it already has. `no-cache` and `must-revalidate` forbid every stale use, `no-store` and `private` any
 * keeping. `Expires` is measured against the origin's own `Date`, never against our clock.
 */
export function readLifetime(headers: LifetimeHeaders): Lifetime {
  const control = parseCacheControl(headers['cache-control'])
  const neverStale = control.noCache || control.mustRevalidate
  const lifetimeS = control.noCache ? 0 : (control.sMaxAgeS ?? control.maxAgeS ?? secondsToExpiry(headers))
  return {
    maxAgeMs: lifetimeS === null ? null : Math.max(0, lifetimeS - readAge(headers.age)) * 1_000,
    swrMs: neverStale ? 0 : toMs(control.swrS),
    sieMs: neverStale ? 0 : toMs(control.sieS),
    noStore: control.noStore || control.private,
  }
}

function secondsToExpiry({ expires, date }: LifetimeHeaders): number | null {
  if (expires === undefined) return null
  const until = parseHttpDate(expires)
  // "Expires: 0" and "-1" are common, and whatever is no date means "already expired" (RFC 9111, section 5.3).
  if (until === null) return 0
  const from = parseHttpDate(date)
  return from === null ? null : Math.max(0, (until - from) / 1_000)
}

function readAge(age: string | undefined): number {
  return age !== undefined && /^\d+$/.test(age) ? Number(age) : 0
}

function toMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1_000
}
