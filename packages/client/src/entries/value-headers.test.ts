import { readTags } from '@freshet/core/entries/tags'
import { describe, expect, test } from 'vitest'
import { standingOf, storeFields, tagsOf } from './value-headers.ts'

describe('what a value is stored with', () => {
  test('says nothing of what the policy is to decide', () => {
    expect(storeFields({})).toEqual({ query: '', headers: {} })
    expect(storeFields({ ttlMs: 1_500, swrMs: 1, sieMs: 2_000 })).toEqual({
      query: '?ttl=1.5',
      headers: { 'cache-control': 'stale-while-revalidate=1, stale-if-error=2' },
    })
  })

  test.each([[['one', 'zwei-ü', '😀']], [['a brand', 'b']], [['a,b', 'c']]])(
    'carries tags as nodes read them: %j',
    (tags) => {
      // Through fetch, which refuses any character above 255.
      const headers = Object.fromEntries(new Headers(storeFields({ tags }).headers))
      expect(readTags(headers)).toEqual(tags)
    },
  )

  test('refuses tags that no field can carry together', () => {
    expect(() => storeFields({ tags: ['a b', 'c,d'] })).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

test('tags of an answer are read as they were meant', () => {
  expect(tagsOf(new Headers({ 'surrogate-key': Buffer.from('ü one').toString('latin1') }))).toEqual(['ü', 'one'])
  expect(tagsOf(new Headers())).toEqual([])
})

test.each([
  ['freshet; hit; ttl=53; detail=l1', 'l1', null, 53_000],
  ['freshet; hit; ttl=-2; detail="l1 stale revalidating"', 'l1', 'revalidating', -2_000],
  ['freshet; fwd=stale; ttl=-9; detail="l2 stale origin-error"', 'l2', 'origin-error', -9_000],
  ['freshet; fwd=uri-miss; collapsed; ttl=57; detail="origin absent"', 'origin', null, 57_000],
])('%s is understood', (status, source, stale, ttlMs) => {
  const headers = new Headers({ 'cache-status': status, 'cache-control': 'max-age=60, stale-while-revalidate=5' })
  expect(standingOf(headers)).toEqual({ source, stale, ttlMs, swrMs: 5_000 })
})
