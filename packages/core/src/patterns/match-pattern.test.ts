import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchPattern } from './match-pattern.ts'
import { parsePattern } from './parse-pattern.ts'

function matches(source: string, key: string): boolean {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(`refused: ${pattern.reason}`)
  return matchPattern(pattern, key)
}

// Each row was also asked of Redis 7.0 (see match-pattern.int.test.ts, which asks thousands more).
describe.each([
  ['users:*', ['users:42', 'users:42:profile', 'users:'], ['user:42', 'xusers:42', 'users']],
  ['*', ['a', 'users:42'], []],
  ['*:profile', ['users:42:profile', ':profile'], ['users:42:profiles', 'profile']],
  ['a*b*c', ['abc', 'aXbYc', 'abbcc', 'abcbc'], ['abcb', 'acb', 'ab']],
  ['a**b', ['ab', 'axb'], ['a', 'b']],
  ['*aba', ['aba', 'ababa'], ['abab']],
  ['ab*ba', ['abba', 'abxba'], ['aba']],
  ['h?llo', ['hello', 'h*llo'], ['hllo', 'heello']],
  ['?', ['a'], ['é', 'ab']],
  ['??', ['é', 'ab'], ['a']],
  ['h[ae]llo', ['hello', 'hallo'], ['hillo', 'h[ae]llo']],
  ['h[^e]llo', ['hallo', 'h^llo'], ['hello', 'hllo']],
  ['h[a-c]llo', ['hallo', 'hbllo', 'hcllo'], ['hdllo', 'h-llo']],
  ['h[c-a]llo', ['hallo', 'hbllo', 'hcllo'], ['hdllo']],
  ['h\\*llo', ['h*llo'], ['hello', 'h\\*llo']],
  ['a[\\]]b', ['a]b'], ['a\\b', 'a\\]b']],
  ['a\\', ['a\\'], ['a', 'a\\\\']],
  ['a[bc', ['ab', 'ac'], ['a[bc', 'a', 'ad']],
  ['a[', [], ['a', 'a[', 'ab']],
  ['a[^', ['ab', 'a^'], ['a', 'abc']],
  ['a[]b', [], ['ab', 'a]b']],
  ['a[^]b', ['axb', 'a]b'], ['ab']],
  ['a[a-]', ['a]', 'a^', 'a`', 'aa'], ['a-', 'ab']],
  ['a[\\', ['a\\'], ['a', 'a[']],
  ['*é*', ['café', 'é'], ['cafe']],
  ['[é]?', ['é'], ['e', 'è!']],
])('%s', (source, accepted, refused) => {
  it.each(accepted)('matches %s', (key) => expect(matches(source, key)).toBe(true))
  if (refused.length > 0) it.each(refused)('does not match %s', (key) => expect(matches(source, key)).toBe(false))
})

it('finds a needle wherever it lies, however long the segment is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 120 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 80 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 120 }),
      fc.nat(),
      (before, needle, after, hole) => {
        const wild = `${needle.slice(0, hole % needle.length)}?${needle.slice((hole % needle.length) + 1)}`
        const key = before + needle + after
        const expected = new RegExp(wild.replace('?', '.')).exec(key) !== null
        expect(matches(`*${wild}*`, key)).toBe(expected)
        expect(expected).toBe(true)
        expect(matches(`*${wild}c*`, key)).toBe(false)
      },
    ),
    { numRuns: 500 },
  )
})

// Each of these takes a backtracking matcher from seconds to for ever.
it.each([
  `*${'a*'.repeat(127)}b`,
  `*${'?'.repeat(250)}[b]*`,
  `*${'a'.repeat(125)}[a]${'a'.repeat(124)}b*`,
  `*${'[^b]'.repeat(62)}[b]*`,
  `${'*?'.repeat(126)}*b*`,
  `${'*[a-a]'.repeat(42)}*b`,
])('is not slowed down by %s', (source) => {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(pattern.reason)
  const key = 'a'.repeat(512)
  const tookMs = Array.from({ length: 200 }, () => {
    const startedAt = performance.now()
    expect(matchPattern(pattern, key)).toBe(false)
    return performance.now() - startedAt
  })
  // 15 µs where it was measured; of the quickest, a millisecond leaves room for any machine and none for a power of the length.
  expect(Math.min(...tookMs)).toBeLessThan(1)
})
