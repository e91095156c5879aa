import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCacheControl } from './cache-control.ts'

const nothing = parseCacheControl(undefined)

describe('parseCacheControl', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['public, immutable, max-age=60', { maxAgeS: 60 }],
    ['MAX-AGE=60,S-MaxAge=5', { maxAgeS: 60, sMaxAgeS: 5 }],
    ['max-age="60"', { maxAgeS: 60 }],
    ['max-age=60, max-age=10', { maxAgeS: 10 }],
    ['max-age=soon', { maxAgeS: 0 }],
    ['max-age=-5', { maxAgeS: 0 }],
    ['max-age=1.5', { maxAgeS: 0 }],
    ['max-age', { maxAgeS: 0 }],
    ['max-age=99999999999999999999', { maxAgeS: 2_147_483_648 }],
    ['stale-while-revalidate=30, stale-if-error=600', { swrS: 30, sieS: 600 }],
    ['no-store', { noStore: true }],
    ['private="set-cookie, x"', { private: true }],
    ['no-cache="a, max-age=1"', { noCache: true }],
    ['proxy-revalidate', { mustRevalidate: true }],
    ['x-max-age=5, extension="no-store"', {}],
  ])('%j', (text, named) => {
    expect(parseCacheControl(text)).toEqual({ ...nothing, ...named })
  })

  it('takes any text and never names a lifetime that is not a whole number of seconds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { maxAgeS } = parseCacheControl(`max-age=${text}`)
        expect(Number.isInteger(maxAgeS) && Number(maxAgeS) >= 0).toBe(true)
      }),
    )
  })
})
