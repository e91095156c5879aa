import { describe, expect, it } from 'vitest'
import { parseHttpDate } from './http-date.ts'

const at = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('parseHttpDate', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sunday, 06-Nov-94 08:49:37 GMT'],
    ['Sun Nov  6 08:49:37 1994'],
    [' Sun, 06 Nov 1994 08:49:37 GMT '],
  ])('reads %s', (text) => {
    expect(parseHttpDate(text)).toBe(at)
  })

  it.each([undefined, '', '0', '-1', '1994', '2025-11-04T10:00:00Z', 'Sun', 'Sun, 99 Foo 1994 08:49:37 GMT', 'soon'])(
    'takes %s for no date',
    (text) => {
      expect(parseHttpDate(text)).toBeNull()
    },
  )
})
