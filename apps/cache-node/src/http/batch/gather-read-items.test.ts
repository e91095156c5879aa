import type { Entry } from '@freshet/core/entries/entry'
import { AppError } from '@freshet/core/errors/app-error'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { expect, test } from 'vitest'
import { gatherReadItems } from './gather-read-items.ts'

const NOW_MS = 1_000_000

function entryOf(body: string): Entry {
  return {
    version: { generation: '0123456789abcdef', epoch: 1 },
    stamp: 1,
    negative: false,
    storedAtMs: NOW_MS - 10_000,
    freshUntilMs: NOW_MS + 50_000,
    staleUntilMs: NOW_MS + 50_000,
    errorUntilMs: NOW_MS + 50_000,
    etag: '"e"',
    contentType: 'text/plain',
    tags: [],
    body: Buffer.from(body),
  }
}

function found(body: string): ReadResult {
  return { kind: 'found', entry: entryOf(body), source: 'l1', stale: null, missed: null }
}

test('each asked key has its item, in the order asked, twice when asked twice', () => {
  const results = new Map<string, ReadResult | AppError>([
    ['a', found('1')],
    ['b', { kind: 'miss', reason: 'absent' }],
    ['c', new AppError('origin_deadline', 'The origin did not answer in time')],
    ['d', { kind: 'absent', entry: entryOf(''), source: 'l2', stale: null, missed: null }],
    ['e', { kind: 'found', entry: entryOf('old'), source: 'l1', stale: 'degraded', missed: null }],
    ['f', { kind: 'absent', entry: entryOf(''), source: 'l1', stale: 'degraded', missed: null }],
  ])
  const { items, bytes } = gatherReadItems(['b', 'a', 'c', 'a', 'd', 'e', 'f'], results, NOW_MS, 100)
  expect(items.map(({ key, status }) => `${key} ${status}`)).toEqual([
    'b miss',
    'a hit',
    'c error',
    'a hit',
    'd absent',
    'e stale',
    'f absent',
  ])
  expect(items[1]).toMatchObject({ ageS: 10, ttlS: 50, etag: '"e"', contentType: 'text/plain' })
  expect(items[4]).not.toHaveProperty('reason')
  expect(items.slice(5)).toMatchObject([{ reason: 'degraded' }, { reason: 'degraded' }])
  expect(bytes).toBe(5)
})

test('values that one reply cannot carry are refused one by one, and smaller ones still fit', () => {
  const results = new Map([
    ['a', found('12345')],
    ['b', found('1234567')],
    ['c', found('12345')],
  ])
  const { items, bytes } = gatherReadItems(['a', 'b', 'c'], results, NOW_MS, 10)
  expect(items.map(({ status }) => status)).toEqual(['hit', 'error', 'hit'])
  expect(items[1]).toMatchObject({ error: { code: 'payload_too_large', facts: { limit: 10 } } })
  expect(bytes).toBe(10)
})
