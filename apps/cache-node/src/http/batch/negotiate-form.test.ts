import { AppError } from '@freshet/core/errors/app-error'
import { expect, test } from 'vitest'
import { BINARY_MEDIA_TYPE } from './binary-layout.ts'
import { negotiateForms } from './negotiate-form.ts'

const JSON_TYPE = 'application/json'
const MSGPACK = 'application/msgpack'

function negotiate(contentType: string | undefined, accept?: string): [request: string, reply: string] {
  const { request, reply } = negotiateForms({ 'content-type': contentType, accept })
  return [request.mediaType, reply.mediaType]
}

function refusal(act: () => unknown): [code: string, field: string | undefined] {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.facts.field]
  }
  throw new Error('it was not refused')
}

test('who leaves the choice to us is answered in the form that he wrote in', () => {
  for (const form of [JSON_TYPE, MSGPACK, BINARY_MEDIA_TYPE]) {
    expect(negotiate(form)).toEqual([form, form])
    expect(negotiate(form, '*/*')).toEqual([form, form])
    expect(negotiate(form, 'application/*;q=0.1')).toEqual([form, form])
  }
})

test('Accept chooses the reply, by weight', () => {
  expect(negotiate(JSON_TYPE, MSGPACK)).toEqual([JSON_TYPE, MSGPACK])
  expect(negotiate(JSON_TYPE, `application/json;q=0.5, ${BINARY_MEDIA_TYPE}`)).toEqual([JSON_TYPE, BINARY_MEDIA_TYPE])
  expect(negotiate(MSGPACK, 'application/msgpack;q=0, */*')).toEqual([MSGPACK, JSON_TYPE])
})

test('Content-Type may have a charset, another spelling or an older name', () => {
  expect(negotiate('Application/JSON; Charset="UTF-8"')).toEqual([JSON_TYPE, JSON_TYPE])
  expect(negotiate('application/x-msgpack')).toEqual([MSGPACK, MSGPACK])
})

test.each([undefined, '', 'text/plain', 'application/x-www-form-urlencoded', 'application/json;charset=latin1'])(
  'a body of another type is refused: %s',
  (contentType) => {
    expect(refusal(() => negotiate(contentType))).toEqual(['unsupported_media_type', 'Content-Type'])
  },
)

test('a compressed body is refused, for what it would grow to', () => {
  const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }
  expect(refusal(() => negotiateForms(headers))).toEqual(['unsupported_media_type', 'Content-Encoding'])
})

test('a reply in no form that the caller takes is refused before anything is done', () => {
  expect(refusal(() => negotiate(JSON_TYPE, 'text/html, image/*'))).toEqual(['not_acceptable', 'Accept'])
})
