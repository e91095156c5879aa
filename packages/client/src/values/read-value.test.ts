import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Codec, jsonCodec } from './codec.ts'
import { readValue } from './read-value.ts'

const read = (body: string | Buffer, contentType: string, schema: z.ZodType | null = null, codec = jsonCodec) =>
  readValue(Buffer.from(body), contentType, { codec, schema })

describe('bytes that were stored', () => {
  test.each([
    ['{"a":1}', 'application/json', { a: 1 }],
    ['{"a":1}', 'application/vnd.api+json; charset=utf-8', { a: 1 }],
    ['hello', 'text/plain; charset=utf-8', 'hello'],
    ['hello', 'image/png', Buffer.from('hello')],
  ])('%s as %s', async (body, contentType, value) => {
    expect(await read(body, contentType)).toEqual({ value })
  })

  test('that cannot be decoded, or that the schema does not take, are no value', async () => {
    expect(await read('{"a":', 'application/json')).toBeNull()
    expect(await read('{"a":1}', 'application/json', z.object({ a: z.string() }))).toBeNull()
  })

  test('become what the schema makes of them, also when it takes its time', async () => {
    const schema = z.object({ at: z.coerce.date() }).refine(async () => true)
    expect(await read('{"at":"2020-01-01"}', 'application/json', schema)).toEqual({
      value: { at: new Date('2020-01-01') },
    })
  })

  test('are written and read by a codec of the caller’s own', async () => {
    const codec: Codec = {
      encode: (value) => ({ body: Buffer.from(`<${value}>`), contentType: 'text/x-own' }),
      decode: (body) => body.toString().slice(1, -1),
    }
    const { body, contentType } = codec.encode('v')
    expect(await read(Buffer.from(body), contentType, null, codec)).toEqual({ value: 'v' })
  })
})

test('what JSON has no form for is refused rather than stored as something else', () => {
  for (const value of [undefined, () => 1, Symbol('s')]) expect(() => jsonCodec.encode(value)).toThrow(TypeError)
})
