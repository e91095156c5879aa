import { describe, expect, it } from 'vitest'
import { readLifetime } from './lifetime.ts'

const unsaid = { maxAgeMs: null, swrMs: null, sieMs: null, noStore: false }
const date = 'Tue, 04 Nov 2025 10:00:00 GMT'

describe('readLifetime', () => {
  it.each([
    [{}, unsaid],
    [{ 'cache-control': 'max-age=60' }, { ...unsaid, maxAgeMs: 60_000 }],
    [{ 'cache-control': 'max-age=60, s-maxage=5' }, { ...unsaid, maxAgeMs: 5_000 }],
    [
      { 'cache-control': 'max-age=60', age: '20' },
      { ...unsaid, maxAgeMs: 40_000 },
    ],
    [
      { 'cache-control': 'max-age=60', age: '90' },
      { ...unsaid, maxAgeMs: 0 },
    ],
    [
      { 'cache-control': 'max-age=60', age: 'old' },
      { ...unsaid, maxAgeMs: 60_000 },
    ],
    [{ age: '20' }, unsaid],
    [
      { 'cache-control': 'max-age=1, stale-while-revalidate=2, stale-if-error=3' },
      { ...unsaid, maxAgeMs: 1_000, swrMs: 2_000, sieMs: 3_000 },
    ],
    [
      { 'cache-control': 'max-age=1, stale-while-revalidate=2, must-revalidate' },
      { ...unsaid, maxAgeMs: 1_000, swrMs: 0, sieMs: 0 },
    ],
    [{ 'cache-control': 'no-cache, max-age=60' }, { ...unsaid, maxAgeMs: 0, swrMs: 0, sieMs: 0 }],
    [{ 'cache-control': 'no-store' }, { ...unsaid, noStore: true }],
    [{ 'cache-control': 'private, max-age=60' }, { ...unsaid, maxAgeMs: 60_000, noStore: true }],
    [
      { expires: 'Tue, 04 Nov 2025 10:01:00 GMT', date },
      { ...unsaid, maxAgeMs: 60_000 },
    ],
    [
      { expires: 'Tue, 04 Nov 2025 09:00:00 GMT', date },
      { ...unsaid, maxAgeMs: 0 },
    ],
    [
      { expires: 'Tue, 04 Nov 2025 10:01:00 GMT', date, 'cache-control': 'max-age=5' },
      { ...unsaid, maxAgeMs: 5_000 },
    ],
    [{ expires: 'Tue, 04 Nov 2025 10:01:00 GMT' }, unsaid],
    [
      { expires: '0', date },
      { ...unsaid, maxAgeMs: 0 },
    ],
    [{ expires: '-1' }, { ...unsaid, maxAgeMs: 0 }],
  ])('%j', (headers, lifetime) => {
    expect(readLifetime(headers)).toEqual(lifetime)
  })
})
