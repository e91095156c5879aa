import { encodeEntry } from '@freshet/core/entries/entry-codec'
import { AppError } from '@freshet/core/errors/app-error'
import { type ErrorCode, errorCodes } from '@freshet/core/errors/codes'
import { toProblem } from '@freshet/core/errors/problem'
import { answer } from '@freshet/core/tiers/read-result'
import { describe, expect, it } from 'vitest'
import { encodeRecordHead, recordFields } from './answer-format.ts'
import { readAnswer } from './read-answer.ts'
import { sampleEntry } from './testing/sample-entry.ts'

function record(fields: Record<string, string>, body: Buffer) {
  return readAnswer({ status: 200, headers: fields, body })
}

function problem(error: AppError, headers: Record<string, string> = {}) {
  const body = Buffer.from(JSON.stringify(toProblem(error, 'r1')))
  return () =>
    readAnswer({ status: error.status, headers: { 'content-type': 'application/problem+json', ...headers }, body })
}

/** What was thrown, as code, state and whatever else a caller may be told. */
function thrownBy(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the answer of another node', () => {
  it.each([
    answer(sampleEntry('value'), 'l1', null, null),
    answer(sampleEntry('value'), 'l2', 'revalidating', null),
    answer(sampleEntry(''), 'origin', null, 'invalidated'),
    answer(sampleEntry('', { negative: true, tags: [], etag: '' }), 'joined', null, 'absent'),
    answer(sampleEntry('old'), 'l1', 'origin-error', 'expired'),
  ])('is read as it was written: %#', (result) => {
    const head = encodeRecordHead(result.entry)
    expect(record(recordFields(result), Buffer.concat([head, result.entry.body]))).toEqual(result)
  })

  it('that nobody wrote the key says why the cache had nothing', () => {
    const miss = problem(new AppError('miss', 'no'), { 'freshet-missed': 'expired' })
    expect(miss()).toEqual({ kind: 'miss', reason: 'expired' })
  })

  it.each([
    new AppError('origin_failed', 'The origin answered 500'),
    new AppError('origin_unavailable', 'Not now', { state: 'breaker_open', retryAfterMs: 3_000 }),
    new AppError('origin_deadline', 'Too slow', { limit: 5_000 }),
    new AppError('not_cached', 'Nothing here'),
    new AppError('invalid', 'The key has no place in the URL', { field: 'key', limit: 'x' }),
  ])('about the key is the same error here: $code', (error) => {
    const { retryAfterMs } = error.facts
    const headers: Record<string, string> =
      retryAfterMs === undefined ? {} : { 'retry-after': String(retryAfterMs / 1_000) }
    const { code, message, facts } = thrownBy(problem(error, headers))
    expect({ code, message, facts }).toEqual({ code: error.code, message: error.message, facts: error.facts })
  })

  const aboutNodes = Object.keys(errorCodes).filter(
    (code) =>
      !['miss', 'origin_failed', 'origin_unavailable', 'origin_deadline', 'not_cached', 'invalid'].includes(code),
  )
  it.each(aboutNodes)('%s is about the node, and another is asked', (code) => {
    const error = thrownBy(problem(new AppError(code as ErrorCode, 'words', { state: 'degraded' })))
    expect([error.code, error.facts.state]).toEqual(['peer_unavailable', 'refused'])
    expect(error.message).toContain(code)
  })

  const whole = encodeEntry(sampleEntry('value'))
  const fields = recordFields({ source: 'l1', stale: null, missed: null })
  it.each<[string, () => unknown]>([
    ['a record that was cut', () => record(fields, whole.subarray(0, -1))],
    ['a record with more behind it', () => record(fields, Buffer.concat([whole, Buffer.from('x')]))],
    ['no record', () => record(fields, Buffer.from('{}'))],
    ['nothing', () => record(fields, Buffer.alloc(0))],
    ['a compressed record', () => record(fields, encodeEntry(sampleEntry('value'), Buffer.from('zip'), true))],
    ['a record of another format', () => record(fields, Buffer.from(whole).fill(9, 0, 1))],
    ['a record from nowhere', () => record({ 'content-type': fields['content-type'] ?? '' }, whole)],
    ['a source that nobody knows', () => record({ ...fields, 'freshet-source': 'l3' }, whole)],
    ['a cause that nobody knows', () => record({ ...fields, 'freshet-stale': 'constructor' }, whole)],
    ['a miss without its reason', problem(new AppError('miss', 'no'))],
    ['a miss for an unknown reason', problem(new AppError('miss', 'no'), { 'freshet-missed': 'so' })],
    ['a page', () => readAnswer({ status: 200, headers: { 'content-type': 'text/html' }, body: whole })],
    ['a record with another status', () => readAnswer({ status: 206, headers: fields, body: whole })],
    [
      'a problem of another world',
      () =>
        readAnswer({
          status: 500,
          headers: { 'content-type': 'application/problem+json' },
          body: Buffer.from('{"code":"x"}'),
        }),
    ],
    [
      'a problem that is no JSON',
      () =>
        readAnswer({ status: 500, headers: { 'content-type': 'application/problem+json' }, body: Buffer.from('{') }),
    ],
  ])('that cannot be read is as good as none: %s', (_what, read) => {
    const error = thrownBy(read)
    expect([error.code, error.facts.state]).toEqual(['peer_unavailable', 'unreadable'])
  })
})
