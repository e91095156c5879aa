import { expect, it } from 'vitest'
import { type ApiKeyRecord, findKeyRecordFault, hashToken, mintToken, readTokenId, tokenMatches } from './api-key.ts'
import { deriveKey } from './secrets.ts'

const pepper = deriveKey('a secret of at least 32 characters', 'api-key-hash')

function recordOf(token: string, change: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const id = readTokenId(token) ?? ''
  const ends = { ratePerSecond: null, expiresAt: null, revokedAt: null }
  return { id, name: 'k', hash: hashToken(token, pepper), scopes: ['read'], namespaces: '*', ...ends, ...change }
}

it('is known by its id and proven by its secret', () => {
  const [one, other] = [mintToken(), mintToken()]
  expect(readTokenId(one.token)).toBe(one.id)
  expect(tokenMatches(one.token, recordOf(one.token), pepper)).toBe(true)
  expect(tokenMatches(other.token, recordOf(one.token), pepper)).toBe(false)
  expect(
    tokenMatches(one.token, recordOf(one.token), deriveKey('another secret, as long as the first', 'api-key-hash')),
  ).toBe(false)
})

it('does not show in what is stored', () => {
  const { token } = mintToken()
  expect(JSON.stringify(recordOf(token))).not.toContain(token.slice(-20))
})

it.each(['', 'fk_', 'fk_short_x', `fk_${'a'.repeat(12)}_${'b'.repeat(42)}`, `fk_${'A'.repeat(12)}_${'b'.repeat(43)}`])(
  '%j does not have the shape of a token',
  (text) => expect(readTokenId(text)).toBeNull(),
)

it('ends when it expires or is revoked, and a revocation may lie ahead', () => {
  const { token } = mintToken()
  const at = (nowMs: number, change: Partial<ApiKeyRecord>) => findKeyRecordFault(recordOf(token, change), nowMs)
  expect([at(99, { expiresAt: 100 }), at(100, { expiresAt: 100 })]).toEqual([null, 'expired'])
  expect([at(99, { revokedAt: 100 }), at(100, { revokedAt: 100 })]).toEqual([null, 'revoked'])
})
