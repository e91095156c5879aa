import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapePattern } from './escape-pattern.ts'
import { matchPattern } from './match-pattern.ts'
import { type Pattern, parsePattern } from './parse-pattern.ts'

function patternOf(source: string): Pattern {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(pattern.reason)
  return pattern
}

const glob = fc.string({ unit: fc.constantFrom(...'ab*?[]^-\\:'), minLength: 1, maxLength: 30 })

it('matches its own text, and no other', () => {
  fc.assert(
    fc.property(glob, glob, (text, other) => {
      const pattern = patternOf(escapePattern(text))
      expect(matchPattern(pattern, text)).toBe(true)
      expect(matchPattern(pattern, other)).toBe(other === text)
    }),
  )
})

it('stands for itself within a class as well', () => {
  const pattern = patternOf(`[${escapePattern('a-c]')}]`)
  expect([...'abc]-'].filter((one) => matchPattern(pattern, one))).toEqual(['a', 'c', ']', '-'])
})
