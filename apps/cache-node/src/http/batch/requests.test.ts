import { AppError } from '@freshet/core/errors/app-error'
import { expect, test } from 'vitest'
import { parseInput } from '../parse-input.ts'
import { binaryForm } from './binary-form.ts'
import { jsonForm } from './json-form.ts'
import { MgetRequest, MputRequest } from './requests.ts'
import { encodeMput } from './testing/binary-client.ts'

const asJson = (document: unknown) => Buffer.from(JSON.stringify(document))
const mget = (body: Buffer) => parseInput(MgetRequest, jsonForm.readMget(body), 'body')
const mput = (body: Buffer) => parseInput(MputRequest, jsonForm.readMput(body), 'body')
const putting = (item: object) => mput(asJson({ items: [{ key: 'a', ...item }] })).items[0]

function refusal(act: () => unknown): AppError {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}

test.each<[string, unknown, string, number | undefined]>([
  ['a member misspelt', { key: ['a'] }, 'keys', undefined],
  ['keys that are no list', { keys: 'a' }, 'keys', undefined],
  ['a key that is no text', { keys: ['a', 7] }, 'keys.1', undefined],
  ['a key too long', { keys: ['a', 'b'.repeat(513)] }, 'keys.1', 512],
  ['an empty key', { keys: [''] }, 'keys.0', 1],
  ['a thousand and one keys', { keys: Array.from({ length: 1_001 }, () => 'a') }, 'keys', 1_000],
  ['a list for a document', ['a'], 'body', undefined],
  ['null', null, 'body', undefined],
])('mget refuses %s and names the field', (_, document, field, limit) => {
  const error = refusal(() => mget(asJson(document)))
  expect(error).toMatchObject({ code: 'invalid', facts: { field } })
  expect(error.facts.limit).toBe(limit)
})

test.each<[string, object, string]>([
  ['no value', {}, 'items.0.value'],
  ['a value twice over', { value: 'x', body: 'y' }, 'items.0.body'],
  ['a document for a value', { value: { a: 1 } }, 'items.0.value'],
  ['base64 that is none', { value: 'a b', encoding: 'base64' }, 'items.0.value'],
  ['another encoding', { value: 'x', encoding: 'latin1' }, 'items.0.encoding'],
  ['no lifetime at all', { value: 'x', ttlS: 0 }, 'items.0.ttlS'],
  ['a lifetime over a year', { value: 'x', ttlS: 31_536_001 }, 'items.0.ttlS'],
  ['a lifetime before now', { value: 'x', swrS: -1 }, 'items.0.swrS'],
  ['a content type that breaks lines', { value: 'x', contentType: 'text/plain\r\nX: 1' }, 'items.0.contentType'],
  ['a tag that breaks lines', { value: 'x', tags: ['a', 'b\nc'] }, 'items.0.tags.1'],
  ['65 tags', { value: 'x', tags: Array.from({ length: 65 }, (_, i) => `t${i}`) }, 'items.0.tags'],
  ['a member misspelt', { value: 'x', ttl: 60 }, 'items.0'],
])('mput refuses %s and names the field', (_, item, field) => {
  expect(refusal(() => putting(item))).toMatchObject({ code: 'invalid', facts: { field } })
})

test('a lone surrogate is refused: it has no octets of its own', () => {
  const body = Buffer.from('{"items":[{"key":"a","value":"\\ud800"}]}')
  expect(refusal(() => mput(body))).toMatchObject({ code: 'invalid', facts: { field: 'items.0.value' } })
})

test('text is text unless it says otherwise, octets are octets', () => {
  expect(putting({ value: 'é' })).toMatchObject({ contentType: 'text/plain; charset=utf-8', body: Buffer.from('é') })
  expect(putting({ value: '/w==', encoding: 'base64' })).toMatchObject({
    contentType: 'application/octet-stream',
    body: Buffer.from([0xff]),
  })
  expect(putting({ value: '{}', contentType: 'application/json' })).toMatchObject({ contentType: 'application/json' })
})

test('what a value does not say of its life, the policy will', () => {
  expect(putting({ value: 'x' })).toMatchObject({ ttlMs: null, swrMs: null, sieMs: null, tags: [] })
  expect(putting({ value: 'x', ttlS: 0.5, swrS: 0 })).toMatchObject({ ttlMs: 500, swrMs: 0, sieMs: null })
})

test('a refusal names what it does not know, and is short however much that is', () => {
  expect(refusal(() => putting({ value: 'x', ttl: 60 })).message).toBe('items.0: there is no member "ttl"')
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i}`.padEnd(1_000), 0]))
  expect(refusal(() => mget(asJson({ keys: [], ...many }))).message.length).toBeLessThan(200)
})

test('__proto__ is plain data as a key, and a member like any other unknown one', () => {
  expect(mget(Buffer.from('{"keys":["__proto__"]}')).keys).toEqual(['__proto__'])
  expect(refusal(() => mget(Buffer.from('{"keys":[],"__proto__":{"keys":["a"]}}'))).code).toBe('invalid')
  expect({}).not.toHaveProperty('keys')
})

test.each(['', '{', '{"keys":[}', 'keys=a', '\ufeff{}'])('what is no JSON is malformed: %s', (text) => {
  expect(refusal(() => mget(Buffer.from(text)))).toMatchObject({ code: 'bad_request', facts: { field: 'body' } })
})

test('JSON that is no UTF-8 is malformed', () => {
  const body = Buffer.concat([Buffer.from('{"keys":["'), Buffer.from([0xff]), Buffer.from('"]}')])
  expect(refusal(() => mget(body))).toMatchObject({ code: 'bad_request', facts: { field: 'body' } })
})

test('the binary form takes mput only where it says mput, and all of it', () => {
  const body = encodeMput([{ key: 'a', body: Buffer.from('x') }])
  expect(refusal(() => binaryForm.readMget(body)).code).toBe('bad_request')
  expect(refusal(() => binaryForm.readMput(Buffer.concat([body, Buffer.from('x')]))).code).toBe('bad_request')
  for (let length = 0; length < body.length; length++)
    expect(refusal(() => binaryForm.readMput(body.subarray(0, length))).code).toBe('bad_request')
  body.writeUInt32BE(1_001, 2)
  expect(refusal(() => binaryForm.readMput(body))).toMatchObject({ code: 'invalid', facts: { limit: 1_000 } })
})
