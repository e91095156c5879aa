import { expect, it } from 'vitest'
import { deriveKey, isSealed, openSecret, sealSecret } from './secrets.ts'

const key = deriveKey('a secret of at least 32 characters', 'origin-secrets')

it('opens what it sealed, and seals the same text differently each time', () => {
  const [one, two] = [sealSecret('Bearer grüß', key), sealSecret('Bearer grüß', key)]
  expect([openSecret(one, key), openSecret(two, key)]).toEqual(['Bearer grüß', 'Bearer grüß'])
  expect(one).not.toBe(two)
  expect(one).not.toContain('Bearer')
  expect([isSealed(one), isSealed('Bearer x')]).toEqual([true, false])
})

it('does not open with another key, nor what was altered, nor what was never sealed', () => {
  const sealed = sealSecret('x', key)
  const altered = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`
  expect(() => openSecret(sealed, deriveKey('another secret, as long as the first', 'origin-secrets'))).toThrow()
  expect(() => openSecret(altered, key)).toThrow()
  expect(() => openSecret('x', key)).toThrow('not a sealed secret')
})

it('derives another key for each purpose', () => {
  const secret = 'a secret of at least 32 characters'
  const keys = (['api-key-hash', 'origin-secrets', 'session', 'node-to-node'] as const).map((purpose) =>
    deriveKey(secret, purpose).toString('hex'),
  )
  expect(new Set(keys).size).toBe(4)
  expect(keys.every((hex) => hex.length === 64)).toBe(true)
})
