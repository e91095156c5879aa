import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CacheKey, describeKeyFault, findKeyFault, NamespaceName, namespaceOf } from './cache-key.ts'

describe('a key', () => {
  it.each([
    ['', 'empty'],
    ['k'.repeat(513), 'too_long'],
    ['ü'.repeat(257), 'too_long'],
    ['a\nb', 'control_character'],
    ['a\u0000', 'control_character'],
    ['a\u007f', 'control_character'],
    ['\ud800', 'not_well_formed'],
    ['mget', 'reserved'],
    [`${'n'.repeat(129)}:1`, 'namespace_too_long'],
  ])('%j is refused as %s', (key, reason) => {
    const fault = findKeyFault(key)
    expect(fault?.reason).toBe(reason)
    expect(fault && describeKeyFault(fault)).toMatch(/\w/)
    expect(CacheKey.safeParse(key).success).toBe(false)
  })

  it.each(['k', 'k'.repeat(512), 'ü'.repeat(256), 'a b', '__proto__', 'mget:1', ':', `${'n'.repeat(128)}:1`])(
    '%j may be',
    (key) => {
      expect(findKeyFault(key)).toBeNull()
      expect(CacheKey.parse(key)).toBe(key)
    },
  )

  it('that may be survives UTF-8 and percent-encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => {
        fc.pre(findKeyFault(key) === null)
        expect(Buffer.from(key).toString('utf8')).toBe(key)
        expect(decodeURIComponent(encodeURIComponent(key))).toBe(key)
      }),
    )
  })
})

it.each([
  ['users:42:profile', 'users'],
  ['plain', 'default'],
  [':42', 'default'],
  ['a:', 'a'],
])('the namespace of %j is %j', (key, namespace) => {
  expect(namespaceOf(key)).toBe(namespace)
})

it.each(['.', '..', '', 'a:b', 'a b', 'a*', 'n'.repeat(129)])('%j cannot be declared as a namespace', (name) => {
  expect(NamespaceName.safeParse(name).success).toBe(false)
})
