import { AppError } from '@freshet/core/errors/app-error'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { expect, test } from 'vitest'
import { readMsgpack } from './read-msgpack.ts'

const packr = new Packr({ useRecords: false })
const generous = new Packr({ useRecords: false, moreTypes: true })
const bytes = (...parts: (number | string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))))

function refusal(body: Buffer): AppError {
  try {
    readMsgpack(body)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.integer(),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  // msgpackr itself writes -0 as 0.
  fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets)),
)
const document = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 40 },
    ),
  ),
})).value

test('it reads whatever msgpackr writes', () => {
  fc.assert(
    fc.property(document, (value) => {
      expect(readMsgpack(packr.pack(value))).toEqual(value)
    }),
  )
})

test('arbitrary octets are read or refused, never more', () => {
  const octets = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
  const damaged = fc.tuple(document, fc.nat(), fc.nat(255)).map(([value, at, octet]) => {
    const packed = Buffer.from(packr.pack(value))
    packed[at % packed.length] = octet
    return packed
  })
  fc.assert(
    fc.property(fc.oneof(octets, damaged), (body) => {
      try {
        readMsgpack(body)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('every shorter part of a document is refused as incomplete', () => {
  const whole = packr.pack({ items: [{ key: 'users:1', body: Buffer.alloc(40), ttlS: 60.5, tags: ['a'] }] })
  for (let length = 0; length < whole.length; length++)
    expect(refusal(whole.subarray(0, length)).code).toBe('bad_request')
})

test.each<[string, Buffer]>([
  ['a date', generous.pack(new Date(0))],
  ['a regular expression', generous.pack(/(a+)+$/)],
  ['an error', generous.pack(new Error('x'))],
  ['a set', generous.pack(new Set([1]))],
  ["one of msgpackr's records", bytes(0xd4, 0x72, 0x40, 0x91, 0xa1, 'a', 0x01)],
  ['the code that is never used', bytes(0xc1)],
])('extension types are refused: %s', (_, body) => {
  expect(refusal(body).code).toBe('bad_request')
})

test('a string that is no UTF-8 is refused: replaced octets would make two keys one', () => {
  expect(refusal(bytes(0xa2, 0xff, 0xfe)).code).toBe('bad_request')
})

test('__proto__ is a member like any other', () => {
  const read = readMsgpack(bytes(0x81, 0xa9, '__proto__', 0x81, 0xa1, 'x', 0x01)) as object
  expect(Object.keys(read)).toEqual(['__proto__'])
  expect('x' in read).toBe(false)
})

test('a member that comes twice is refused: readers would disagree on which counts', () => {
  expect(refusal(bytes(0x82, 0xa1, 'a', 0x01, 0xa1, 'a', 0x02)).code).toBe('bad_request')
})

test('bytes after the document are refused', () => {
  expect(refusal(bytes(0x01, 0x02)).code).toBe('bad_request')
})

test('small bodies cannot claim large memory', () => {
  const nested = Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0x91])))
  const claimed = bytes(0xdd, 0x01, 0x7f, 0xff, 0xff)
  const many = bytes(
    0xdc,
    0x03,
    0xe8,
    ...Array.from({ length: 1_000 }, () => bytes(0xdc, 0x03, 0xe8, Buffer.alloc(1_000))),
  )
  for (const [body, limit] of [
    [nested, 8],
    [claimed, 1_000],
    [many, 100_000],
  ] as const)
    expect(refusal(body)).toMatchObject({ code: 'invalid', facts: { field: 'body', limit } })
})
