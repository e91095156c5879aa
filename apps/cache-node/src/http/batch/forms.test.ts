import { AppError } from '@freshet/core/errors/app-error'
import fc from 'fast-check'
import { pack, unpack } from 'msgpackr'
import { expect, test } from 'vitest'
import { parseInput } from '../parse-input.ts'
import type { ReadItem, WrittenItem } from './items.ts'
import { BATCH_FORMS } from './negotiate-form.ts'
import { MgetReply, MputReply } from './replies.ts'
import { MgetRequest, MputRequest } from './requests.ts'
import { decodeReply, encodeMget, encodeMput } from './testing/binary-client.ts'

const [jsonForm, msgpackForm, binaryForm] = BATCH_FORMS as [
  (typeof BATCH_FORMS)[number],
  (typeof BATCH_FORMS)[number],
  (typeof BATCH_FORMS)[number],
]

const key = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed()),
  fc.constantFrom('__proto__', 'constructor', 'users:42:profile', 'ключ', 'a'.repeat(512)),
)
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
  fc.constant(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])),
)
const carried = {
  key,
  body: octets,
  contentType: fc.constantFrom('', 'text/plain; charset=utf-8', 'application/x-protobuf'),
  etag: fc.constantFrom('"a"', '"0123456789abcdef012345"'),
  ageS: fc.nat(100_000),
  ttlS: fc.integer({ min: -100_000, max: 31_536_000 }),
}
const failed = fc.record({
  key,
  status: fc.constant('error' as const),
  error: fc.constant(new AppError('origin_failed', 'The origin failed')),
})
const readItem: fc.Arbitrary<ReadItem> = fc.oneof(
  fc.record({ ...carried, status: fc.constant('hit' as const) }),
  fc.record({ ...carried, status: fc.constant('stale' as const), reason: fc.constantFrom('degraded', 'origin-slow') }),
  fc.record({ key, status: fc.constant('miss' as const), reason: fc.constantFrom('absent', 'bypass') }),
  fc.record({ key, status: fc.constant('absent' as const), ageS: carried.ageS, ttlS: carried.ttlS }),
  failed,
)
const writtenItem: fc.Arbitrary<WrittenItem> = fc.oneof(
  fc.record({
    key,
    status: fc.constant('stored' as const),
    etag: carried.etag,
    epoch: fc.constant('0123456789abcdef.42'),
  }),
  failed,
)

/** An item as its JSON schema describes it, with the value's octets in place of its text. */
function plain(item: ReadItem | WrittenItem): object {
  if (item.status !== 'error') return item
  return { key: item.key, status: 'error', code: item.error.code, detail: item.error.message }
}

test('a reply as JSON fits its schema and gives every octet back', () => {
  fc.assert(
    fc.property(fc.array(readItem), (items) => {
      const reply = MgetReply.parse(JSON.parse(String(jsonForm.writeMget(items))))
      const read = reply.items.map((item) => {
        if (!('value' in item)) return item
        const { value, encoding, ...rest } = item
        return { ...rest, body: Buffer.from(value, encoding) }
      })
      expect(read).toEqual(items.map(plain))
    }),
  )
})

test('a reply as MessagePack holds the same, with values as binary', () => {
  fc.assert(
    fc.property(fc.array(readItem), fc.array(writtenItem), (read, written) => {
      expect(unpack(msgpackForm.writeMget(read) as Buffer)).toEqual({ items: read.map(plain) })
      expect(unpack(msgpackForm.writeMput(written) as Buffer)).toEqual({ items: written.map(plain) })
    }),
  )
})

test('a reply as records holds the same', () => {
  fc.assert(
    fc.property(fc.array(readItem), (items) => {
      const { kind, items: received } = decodeReply(binaryForm.writeMget(items) as Buffer)
      expect(kind).toBe(2)
      expect(received).toHaveLength(items.length)
      for (const [i, item] of items.entries()) {
        if (item.status === 'error') {
          expect(received[i]).toMatchObject({ key: item.key, status: 'error', contentType: 'application/problem+json' })
          expect(JSON.parse(String(received[i]?.body))).toMatchObject({ code: 'origin_failed', status: 502 })
        } else expect(received[i]).toMatchObject(item)
      }
    }),
  )
})

test('a reply to mput as records carries ETag and epoch, as JSON fits its schema', () => {
  fc.assert(
    fc.property(fc.array(writtenItem), (items) => {
      const { kind, items: received } = decodeReply(binaryForm.writeMput(items) as Buffer)
      expect(kind).toBe(4)
      for (const [i, item] of items.entries())
        if (item.status === 'stored')
          expect(received[i]).toMatchObject({ key: item.key, etag: item.etag, body: Buffer.from(item.epoch) })
      expect(MputReply.parse(JSON.parse(String(jsonForm.writeMput(items)))).items).toEqual(items.map(plain))
    }),
  )
})

const sent = fc.record({
  key,
  body: octets,
  contentType: fc.constantFrom('text/plain', 'image/png'),
  tags: fc.uniqueArray(fc.constantFrom('a', 'product:7', 'ключ'), { maxLength: 3 }),
  ttlS: fc.integer({ min: 1, max: 1_000 }),
  swrS: fc.nat(1_000),
  sieS: fc.nat(1_000),
})

test('the three forms of an mput say the same', () => {
  fc.assert(
    fc.property(fc.array(sent), (items) => {
      const expected = items.map(({ ttlS, swrS, sieS, ...rest }) => ({
        ...rest,
        etag: null,
        ttlMs: ttlS * 1_000,
        swrMs: swrS * 1_000,
        sieMs: sieS * 1_000,
      }))
      const asText = items.map(({ body, ...rest }) => ({ ...rest, value: body.toString('base64'), encoding: 'base64' }))
      for (const document of [
        jsonForm.readMput(Buffer.from(JSON.stringify({ items: asText }))),
        msgpackForm.readMput(pack({ items: asText })),
        msgpackForm.readMput(pack({ items })),
        binaryForm.readMput(encodeMput(items)),
      ])
        expect(parseInput(MputRequest, document, 'body').items).toEqual(expected)
    }),
  )
})

test('the three forms of an mget say the same', () => {
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      for (const document of [
        jsonForm.readMget(Buffer.from(JSON.stringify({ keys }))),
        msgpackForm.readMget(pack({ keys })),
        binaryForm.readMget(encodeMget(keys)),
      ])
        expect(parseInput(MgetRequest, document, 'body').keys).toEqual(keys)
    }),
  )
})

test('arbitrary octets in any form are read or refused, never more', () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
    fc.tuple(fc.array(sent, { maxLength: 3 }), fc.nat(), fc.nat(255)).map(([items, at, octet]) => {
      const encoded = encodeMput(items)
      encoded[at % encoded.length] = octet
      return encoded
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...BATCH_FORMS), body, (form, octets) => {
      for (const read of [
        () => parseInput(MgetRequest, form.readMget(octets), 'body'),
        () => parseInput(MputRequest, form.readMput(octets), 'body'),
      ]) {
        try {
          read()
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }
    }),
    { numRuns: 3_000 },
  )
})

test('a value that is cached does not keep the whole request in memory', () => {
  const items = [
    { key: 'a', body: Buffer.from('small') },
    { key: 'b', body: Buffer.alloc(1_000_000) },
  ]
  for (const document of [binaryForm.readMput(encodeMput(items)), msgpackForm.readMput(pack({ items }))]) {
    const [small] = parseInput(MputRequest, document, 'body').items
    expect(small?.body.buffer.byteLength).toBeLessThan(100_000)
  }
})
