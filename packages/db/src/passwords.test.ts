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
  await timed(hash)
  const [withHash, without] = [await timed(hash), await timed(null)]
  expect(without).toBeGreaterThan(withHash / 3)
})

test('a password too long to be one is not hashed', async () => {
  const startedMs = performance.now()
  expect(await passwordMatches('x'.repeat(1_025), null)).toBe(false)
  expect(performance.now() - startedMs).toBeLessThan(20)
})

test('a stored text that is no hash is an error and not a mismatch', async () => {
  await expect(passwordMatches('x', 'plain')).rejects.toThrow(/not in the form/)
})
