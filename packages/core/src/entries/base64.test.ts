import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from './base64.ts'

describe('decodeBase64', () => {
  it('reads back any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(decodeBase64(Buffer.from(octets).toString('base64'))).toEqual(Buffer.from(octets))
      }),
    )
  })

  it.each(['QUJ', 'QUJ-', 'QU=J', 'QQ===', 'Q===', 'QUJD\n', 'QUJDé'])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })

  it('takes a value of many megabytes', () => {
    expect(decodeBase64('QUJD'.repeat(4_000_000))).toHaveLength(12_000_000)
  })
})
