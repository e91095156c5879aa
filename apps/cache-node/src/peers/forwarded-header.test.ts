import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatForwarded, parseForwarded } from './forwarded-header.ts'

const forwarded = fc.record({
  position: fc.record({
    generation: fc.stringMatching(/^[0-9a-f]{16}$/),
    epoch: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  }),
  to: fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/),
  mode: fc.constantFrom('normal', 'reload', 'cached-only'),
})

describe('what one node tells another of a read', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(forwarded, (said) => {
        expect(parseForwarded(formatForwarded(said))).toEqual(said)
      }),
    )
  })

  it('takes few bytes', () => {
    const position = { generation: '00000000000000a1', epoch: 7 }
    expect(formatForwarded({ position, to: 'node-2', mode: 'normal' })).toBe('00000000000000a1.7;to=node-2')
    expect(formatForwarded({ position, to: 'n', mode: 'reload' })).toBe('00000000000000a1.7;to=n;mode=reload')
  })

  it.each([
    '',
    '00000000000000a1.7',
    '00000000000000a1.7;to=',
    '00000000000000A1.7;to=n',
    'a1.7;to=n',
    '00000000000000a1.-1;to=n',
    '00000000000000a1.1e3;to=n',
    '00000000000000a1.7;to=n;mode=normal',
    '00000000000000a1.7;to=n;mode=',
    '00000000000000a1.7; to=n',
    '00000000000000a1.7;to=n ',
    '00000000000000a1.7;to=n\n',
    '00000000000000a1.7;to=a/b',
    '00000000000000a1.7;to=n, 00000000000000a1.8;to=n',
    `00000000000000a1.7;to=${'n'.repeat(129)}`,
  ])('is not %j', (text) => {
    expect(parseForwarded(text)).toBeNull()
  })
})
