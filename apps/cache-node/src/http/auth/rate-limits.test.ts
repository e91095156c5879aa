import { principalOf } from '@freshet/core/access/permissions'
import { describe, expect, it } from 'vitest'
import type { Credential } from './credential.ts'
import { RateLimits, RateMemory, type RouteRates, renderRateLimit } from './rate-limits.ts'

const unlimited: RouteRates = { read: 0, write: 0, invalidate: 0, list: 0 }

function credential(rates: Credential['rates']): Credential {
  const principal = principalOf({ kind: 'key', id: 'k', name: 'k' }, ['read'], '*')
  return { principal, internal: false, rates, recheckAtMs: Infinity, endsAtMs: Infinity, verifiedAgainst: null }
}

const takes = (limits: RateLimits, who: Credential, route: keyof RouteRates, nowMs = 0) =>
  limits.take(who, route, nowMs)?.allowed ?? null

describe('rate limits', () => {
  it('say nothing where none applies', () => {
    const memory = new RateMemory()
    expect(takes(new RateLimits(unlimited), credential(memory.ratesOf('a', null)), 'read')).toBeNull()
    expect(takes(new RateLimits({ ...unlimited, read: 1 }), credential(null), 'read')).toBeNull()
  })

  it('count each kind of route for itself and each credential for itself', () => {
    const memory = new RateMemory()
    const limits = new RateLimits({ ...unlimited, read: 1, list: 1 })
    const [a, b] = [credential(memory.ratesOf('a', null)), credential(memory.ratesOf('b', null))]
    expect(takes(limits, a, 'read')).toBe(true)
    expect(takes(limits, a, 'read')).toBe(false)
    expect(takes(limits, a, 'list')).toBe(true)
    expect(takes(limits, a, 'write')).toBeNull()
    expect(takes(limits, b, 'read')).toBe(true)
    expect(takes(limits, a, 'read', 1_000)).toBe(true)
  })

  it('count all routes of a credential under its own rate', () => {
    const who = credential(new RateMemory().ratesOf('a', 2))
    const limits = new RateLimits(unlimited)
    expect([takes(limits, who, 'read'), takes(limits, who, 'write'), takes(limits, who, 'list')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('name the limit that refuses', () => {
    const who = credential(new RateMemory().ratesOf('a', 100))
    const limits = new RateLimits({ ...unlimited, write: 1 })
    expect(limits.take(who, 'write', 0)).toMatchObject({ allowed: true, policy: 'key' })
    expect(limits.take(who, 'write', 0)).toMatchObject({ allowed: false, policy: 'write' })
  })

  it('are told in the fields of the draft', () => {
    const who = credential(new RateMemory().ratesOf('a', 10))
    const limits = new RateLimits(unlimited)
    for (let i = 0; i < 4; i++) limits.take(who, 'read', 0)
    const verdict = limits.take(who, 'read', 0)
    expect(verdict && renderRateLimit(verdict, 0)).toEqual({ limit: '"key";r=5;t=1', policy: '"key";q=10;w=1' })
  })
})

describe('rate memory', () => {
  it('keeps what a credential used when it is verified anew', () => {
    const memory = new RateMemory()
    expect(memory.ratesOf('a', 5)).toBe(memory.ratesOf('a', 5))
  })

  it('begins anew with another rate, and keeps what was used of the routes', () => {
    const memory = new RateMemory()
    const before = memory.ratesOf('a', 5)
    const after = memory.ratesOf('a', 6)
    expect(after.own).not.toBe(before.own)
    expect(after.routes).toBe(before.routes)
  })
})
