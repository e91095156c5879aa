import { expect, it } from 'vitest'
import { defaultPolicy } from '../policy/namespace-policy.ts'
import { freshnessOf, goneAtMs, wantsRefreshAhead } from './freshness.ts'
import { etagOf, makeAbsence, makeEntry } from './make-entry.ts'

const version = { generation: '00000000000000a1', epoch: 1 }
const value = {
  body: Buffer.from('x'),
  contentType: 'text/plain',
  etag: null,
  tags: [],
  ttlMs: 100,
  swrMs: 50,
  sieMs: 200,
}
const entry = makeEntry(value, version, defaultPolicy(), 1_000)

it.each([
  [1_000, 'fresh'],
  [1_099, 'fresh'],
  [1_100, 'stale'],
  [1_149, 'stale'],
  [1_150, 'error-only'],
  [1_299, 'error-only'],
  [1_300, 'expired'],
])('at %d it is %s', (nowMs, freshness) => {
  expect(freshnessOf(entry, nowMs)).toBe(freshness)
})

it('is stale on every clock when its freshness ended as it began, even where Redis is believed to be behind', () => {
  expect(freshnessOf({ ...entry, freshUntilMs: entry.storedAtMs }, entry.storedAtMs - 5)).toBe('stale')
})

it('is kept until its last deadline, whichever that is', () => {
  expect(goneAtMs(entry)).toBe(1_300)
  expect(goneAtMs(makeEntry({ ...value, sieMs: 0 }, version, defaultPolicy(), 1_000))).toBe(1_150)
})

it('wants a refresh in the last share of its TTL, and never where the share is 0', () => {
  expect([1_079, 1_080, 1_099].map((nowMs) => wantsRefreshAhead(entry, 0.2, nowMs))).toEqual([false, true, true])
  expect(wantsRefreshAhead(entry, 0, 1_099)).toBe(false)
})

it('takes from the policy what the value does not say, and shortens the TTL by the jitter', () => {
  const made = makeEntry({ ...value, ttlMs: null, swrMs: null, sieMs: null }, version, defaultPolicy(), 0, 0.1)
  expect([made.freshUntilMs, made.staleUntilMs, made.errorUntilMs]).toEqual([54_000, 84_000, 354_000])
})

it('makes of an absence an entry that has no stale life', () => {
  const absence = makeAbsence(version, 100, 1_000)
  expect([freshnessOf(absence, 1_099), freshnessOf(absence, 1_100)]).toEqual(['fresh', 'expired'])
})

it('gives bodies or types that differ different entity tags', () => {
  const tags = [
    etagOf('a', Buffer.from('b')),
    etagOf('ab', Buffer.from('')),
    etagOf('a', Buffer.from('c')),
    etagOf('b', Buffer.from('b')),
  ]
  expect(new Set(tags).size).toBe(4)
  for (const tag of tags) expect(tag).toMatch(/^"[\w-]{22}"$/)
})
