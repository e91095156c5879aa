import { expect, test } from 'vitest'
import { hashPassword, passwordMatches } from './passwords.ts'

test('a password matches its own hash and no other does', async () => {
  const hash = await hashPassword('correct horse battery staple')
  expect(await passwordMatches('correct horse battery staple', hash)).toBe(true)
  expect(await passwordMatches('correct horse battery stapler', hash)).toBe(false)
})

test('the same password typed with composed and decomposed letters is the same', async () => {
  const hash = await hashPassword('caf\u00e9')
  expect(await passwordMatches('cafe\u0301', hash)).toBe(true)
})

test('two hashes of one password differ', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
})

test('without a hash nothing matches, after as much work as with one', async () => {
  const hash = await hashPassword('something')
  const timed = async (stored: string | null) => {
    const startedMs = performance.now()
    expect(await passwordMatches('else', stored)).toBe(false)
    return performance.now() - startedMs
  }
  const quickest = async (stored: string | null) =>
    Math.min(await timed(stored), await timed(stored), await timed(stored), await timed(stored))
  expect(await quickest(null)).toBeGreaterThan((await quickest(hash)) / 3)
})

test('a password too long to be one is not hashed', async () => {
  const tookMs: number[] = []
  for (let i = 0; i < 10; i++) {
    const startedMs = performance.now()
    expect(await passwordMatches('x'.repeat(1_025), null)).toBe(false)
    tookMs.push(performance.now() - startedMs)
  }
  // The quickest of ten: a hash takes longer than this on any machine, and nothing else does each time.
  expect(Math.min(...tookMs)).toBeLessThan(20)
})

test('a stored text that is no hash is an error and not a mismatch', async () => {
  await expect(passwordMatches('x', 'plain')).rejects.toThrow(/not in the form/)
})
