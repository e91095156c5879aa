import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namespaceOf } from '../keys/cache-key.ts'
import { matchPattern } from './match-pattern.ts'
import { describePatternFault, MAX_PATTERN_BYTES, type Pattern, parsePattern } from './parse-pattern.ts'

function parse(source: string): Pattern {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(`refused: ${pattern.reason}`)
  return pattern
}

describe('a pattern is refused', () => {
  it.each([
    ['when it is empty', '', 'empty'],
    ['past 256 bytes', 'a'.repeat(257), 'too_long'],
    ['past 256 bytes of UTF-8', 'é'.repeat(129), 'too_long'],
    ['with a line break', 'users:*\r\n', 'control_character'],
    ['with half a surrogate pair', 'users:\ud83d', 'not_well_formed'],
    ['with a range out of ASCII, which Redis reads otherwise on x86 than on ARM', '[a-é]*', 'ambiguous_range'],
  ])('%s', (_when, source, reason) => {
    const fault = parsePattern(source)
    if (!('reason' in fault)) throw new Error('was taken')
    expect(fault.reason).toBe(reason)
    expect(describePatternFault(fault)).toMatch(/^a (pattern|range) /)
  })

  it('and taken at exactly 256 bytes', () => {
    expect(parsePattern('é'.repeat(MAX_PATTERN_BYTES / 2))).not.toHaveProperty('reason')
  })
})

it.each([
  ['users:*', 'users:', 'users'],
  ['users:42', 'users:42', 'users'],
  ['us*:42', 'us', null],
  ['users*', 'users', null],
  ['users', 'users', 'default'],
  ['user\\*s:?', 'user*s:', 'user*s'],
  ['[u]sers:*', '', null],
  ['*', '', null],
  [':odd:*', ':odd:', 'default'],
  ['caf\\é:*', 'café:', 'café'],
  ['a\\', 'a\\', 'default'],
])('%s begins with "%s" and lies in the namespace %s', (source, prefix, namespace) => {
  expect(parse(source)).toMatchObject({ literalPrefix: prefix, namespace })
})

it('promises a prefix and a namespace that every match has', () => {
  const character = fc.constantFrom('a', 'b', ':', ':', '*', '?', '[', ']', '^', '\\', 'é')
  const source = fc.string({ unit: character, minLength: 1, maxLength: 8 })
  const key = fc.string({ unit: fc.constantFrom('a', 'b', ':', 'é', '\\'), minLength: 1, maxLength: 6 })
  let matched = 0
  fc.assert(
    fc.property(source, fc.array(key, { minLength: 20, maxLength: 20 }), (text, keys) => {
      const pattern = parse(text)
      for (const candidate of keys) {
        if (!matchPattern(pattern, candidate)) continue
        matched++
        expect(candidate.startsWith(pattern.literalPrefix)).toBe(true)
        if (pattern.namespace !== null) expect(namespaceOf(candidate)).toBe(pattern.namespace)
      }
    }),
    { numRuns: 2_000 },
  )
  expect(matched).toBeGreaterThan(400)
})
