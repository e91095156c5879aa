import { makeAbsence, makeEntry } from '@freshet/core/entries/make-entry'
import { AppError } from '@freshet/core/errors/app-error'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { answer, type MissReason, type Source, type StaleCause } from '@freshet/core/tiers/read-result'
import { describe, expect, it } from 'vitest'
import { renderCacheStatus, renderFailureStatus } from './cache-status.ts'
import { entryHeaders, renderTags } from './caching-headers.ts'
import { matchesWeakly, parseEntityTags } from './entity-tags.ts'

const version = { generation: '00000000000000a1', epoch: 7 }
const value = {
  body: Buffer.from('x'),
  contentType: 'text/plain',
  etag: '"e"',
  tags: ['a', 'ü', 'with space'],
  ttlMs: 60_000,
  swrMs: 0,
  sieMs: 9_000,
}
const entry = makeEntry(value, version, defaultPolicy(), 1_000_000)

function found(source: Source, stale: StaleCause | null = null, missed: MissReason | null = null) {
  const result = answer(entry, source, stale, missed)
  if (result.kind !== 'found') throw new Error('unreachable')
  return result
}

describe('Cache-Status', () => {
  it.each([
    [found('l1'), 'freshet; hit; ttl=9; detail=l1'],
    [found('l2'), 'freshet; hit; ttl=9; detail=l2'],
    [found('l1', 'revalidating'), 'freshet; hit; ttl=9; detail="l1 stale revalidating"'],
    [found('l1', 'degraded'), 'freshet; hit; ttl=9; detail="l1 stale degraded"'],
    [found('origin', null, 'absent'), 'freshet; fwd=uri-miss; ttl=9; detail="origin absent"'],
    [found('joined', null, 'invalidated'), 'freshet; fwd=miss; collapsed; ttl=9; detail="origin invalidated"'],
    [found('origin', null, 'bypass'), 'freshet; fwd=request; ttl=9; detail="origin bypass"'],
    [found('origin', null, 'degraded'), 'freshet; fwd=bypass; ttl=9; detail="origin degraded"'],
    [found('l1', 'origin-error', 'expired'), 'freshet; fwd=stale; ttl=9; detail="l1 stale origin-error"'],
    [{ kind: 'miss' as const, reason: 'absent' as const }, 'freshet; fwd=uri-miss; detail=absent'],
    [answer(makeAbsence(version, 1, 0), 'l1', null, null), 'freshet; hit; ttl=9; detail="l1 negative"'],
    [
      answer(makeAbsence(version, 1, 0), 'l1', 'degraded', null),
      'freshet; hit; ttl=9; detail="l1 negative stale degraded"',
    ],
  ])('says where it came from and why: %#', (result, status) => {
    expect(renderCacheStatus(result, 9)).toBe(status)
  })
})

describe('Cache-Status of an error', () => {
  it.each([
    [new AppError('degraded', '', { state: 'degraded' }), 'freshet; detail=degraded'],
    [new AppError('degraded', '', { state: 'syncing' }), 'freshet; detail="degraded syncing"'],
    [new AppError('not_cached', ''), 'freshet; detail=not_cached'],
    [new AppError('origin_failed', '', { field: 'status', limit: 500 }), 'freshet; fwd=miss; detail=origin_failed'],
    [new AppError('origin_deadline', '', { limit: 5 }), 'freshet; fwd=miss; detail=origin_deadline'],
    [
      new AppError('origin_unavailable', '', { state: 'breaker_open' }),
      'freshet; detail="origin_unavailable breaker_open"',
    ],
    [new AppError('namespace_forbidden', ''), null],
    [new AppError('internal', ''), null],
  ])('tells whether the origin was asked: %#', (error, status) => {
    expect(renderFailureStatus(error)).toBe(status)
  })
})

it('names age and lifetime so that a cache downstream comes to what remains', () => {
  expect(entryHeaders(found('l1'), 1_010_500)).toEqual({
    'content-type': 'text/plain',
    'x-content-type-options': 'nosniff',
    etag: '"e"',
    age: '10',
    'cache-control': 'max-age=60, stale-if-error=9',
    'cache-status': 'freshet; hit; ttl=49; detail=l1',
    'freshet-version': '00000000000000a1.7',
    'surrogate-key': 'a \u00c3\u00bc',
  })
})

it('lets nobody downstream keep a value about which this node cannot know', () => {
  const cacheControl = (cause: StaleCause, nowMs: number) => entryHeaders(found('l1', cause), nowMs)['cache-control']
  for (const cause of ['degraded', 'generation'] as const)
    for (const nowMs of [1_000_000, 1_060_000]) expect(cacheControl(cause, nowMs)).toBe('no-cache')
  // Past its TTL its age shows that it is stale; within, it stands in for the failed load of a node without lease.
  for (const cause of ['revalidating', 'origin-error', 'origin-slow'] as const)
    expect([cacheControl(cause, 1_060_000), cacheControl(cause, 1_059_999)]).toEqual([
      'max-age=60, stale-if-error=9',
      'no-cache',
    ])
})

it('writes tags as octets of UTF-8 and leaves out those that could not be told apart', () => {
  expect(Buffer.from(renderTags(['ü', 'x y', 'z']), 'latin1').toString('utf8')).toBe('ü z')
})

describe('entity tags', () => {
  it.each([
    [undefined, null],
    ['*', '*'],
    [' * ', '*'],
    ['"a"', ['"a"']],
    ['"a", W/"b" ,"c,d"', ['"a"', 'W/"b"', '"c,d"']],
    ['a', []],
    ['', []],
  ])('%j reads as %j', (field, tags) => {
    expect(parseEntityTags(field)).toEqual(tags)
  })

  it('compare weakly for If-None-Match', () => {
    expect([matchesWeakly('*', '"a"'), matchesWeakly(['W/"a"'], '"a"'), matchesWeakly(['"b"'], '"a"')]).toEqual([
      true,
      true,
      false,
    ])
  })
})
