import { findKeyFault } from '@freshet/core/keys/cache-key'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readKey } from './request-key.ts'

it('reads back any key that was percent-encoded, once and not twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (key) => {
      fc.pre(findKeyFault(key) === null)
      expect(readKey(`/api/cache/${encodeURIComponent(key)}?ttl=1`)).toBe(key)
    }),
  )
  expect(readKey('/api/cache/a%252Fb')).toBe('a%2Fb')
  expect(readKey('/api/cache/a/b')).toBe('a/b')
})

it.each(['%', '%zz', '%ff', '%c0%80', '%ed%a0%80'])('refuses the broken encoding %s', (encoded) => {
  expect(() => readKey(`/api/cache/${encoded}`)).toThrow(/percent-encoded/)
})
