import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type LoadLease, mintLoadToken, newNonce, readLoadToken } from './load-token.ts'

const secret = randomBytes(32)
const lease: LoadLease = {
  nonce: newNonce(),
  version: { generation: '00000000000000a1', epoch: 12 },
  expiresAtMs: 1_000,
}
const token = mintLoadToken('shop:1', lease, secret)

describe('a load token', () => {
  it('says what it was given for', () => {
    expect(readLoadToken(token, 'shop:1', secret, 999)).toEqual(lease)
    expect(token).toMatch(/^[A-Za-z0-9_.-]{1,160}$/)
  })

  it('counts for its key alone, and for its time', () => {
    expect(readLoadToken(token, 'shop:2', secret, 0)).toBe('other_key')
    expect(readLoadToken(token, 'shop:1', secret, 1_000)).toBe('expired')
  })

  it('cannot be altered in any character, nor signed by another installation', () => {
    for (let at = 0; at < token.length; at++) {
      const altered = `${token.slice(0, at)}${token[at] === 'A' ? 'Q' : 'A'}${token.slice(at + 1)}`
      expect(readLoadToken(altered, 'shop:1', secret, 0), altered).toBe('foreign')
    }
    expect(readLoadToken(token, 'shop:1', randomBytes(32), 0)).toBe('foreign')
  })

  it.each(['', '.', '..', 'a.b', 'request', `${'a'.repeat(10_000)}.b`, '\u0000', `${token}.x`])(
    '%j is none',
    (text) => {
      expect(readLoadToken(text, 'shop:1', secret, 0)).toBe('foreign')
    },
  )

  it('is another one each time', () => {
    expect(newNonce()).not.toBe(newNonce())
  })
})
