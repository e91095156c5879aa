import { AppError } from '@freshet/core/errors/app-error'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeyLimits, receiveKeys } from './receive-keys.ts'

const limits: KeyLimits = { maxKeys: 10, maxBytes: 10_000, chunkKeys: 3 }

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const receive = (text: string | Buffer, changed: Partial<KeyLimits> = {}, admit = (_key: string) => {}, size = 7) =>
  receiveKeys(inPieces(Buffer.from(text), size), { ...limits, ...changed }, admit)

const refusal = async (...args: Parameters<typeof receive>) => {
  const error = await receive(...args).catch((reason) => reason)
  return error instanceof AppError ? [error.code, error.facts.field, error.facts.limit] : error
}

describe('keys by the line', () => {
  it('come in chunks, in order', async () => {
    const { chunks, count } = await receive('a\nb\r\n\nc\nd\n')
    expect(chunks).toEqual([['a', 'b', 'c'], ['d']])
    expect(count).toBe(4)
  })

  it('may end without a line feed, and there may be none', async () => {
    expect((await receive('a\nb')).chunks).toEqual([['a', 'b']])
    expect((await receive('')).count).toBe(0)
    expect((await receive('\n\r\n')).count).toBe(0)
  })

  it('are the same however the network cuts them', async () => {
    const key = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text))
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 10 }), fc.integer({ min: 1, max: 40 }), async (keys, size) => {
        const whole = await receive(keys.join('\n'), {}, undefined, 10_000)
        const pieces = await receive(keys.join('\n'), {}, undefined, size)
        expect(pieces).toEqual(whole)
        expect(pieces.chunks.flat()).toEqual(keys)
      }),
    )
  })

  it('have a digest that tells bodies apart', async () => {
    const [one, same, other] = await Promise.all([receive('a\nb', {}, undefined, 1), receive('a\nb'), receive('a\nc')])
    expect(one.digest).toBe(same.digest)
    expect(one.digest).not.toBe(other.digest)
  })
})

describe('what is wrong', () => {
  it('is told with its line', async () => {
    expect(await refusal(`a\n${'k'.repeat(513)}\n`)).toEqual(['invalid', 'line 2', 512])
    expect(await refusal('a\n\nb\u0000')).toEqual(['invalid', 'line 3', undefined])
    expect(await refusal('mget')).toEqual(['invalid', 'line 1', undefined])
    expect(await refusal(Buffer.from('a\n\xff\n', 'latin1'))).toEqual(['bad_request', 'line 2', undefined])
  })

  it('is told before the rest has come', async () => {
    let taken = 0
    async function* endless() {
      for (;;) {
        taken++
        yield Buffer.from('ü'.repeat(150))
      }
    }
    const error = await receiveKeys(endless(), { ...limits, maxBytes: 1e9 }, () => {}).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'invalid', facts: { field: 'line 1', limit: 512 } })
    expect(taken).toBe(2)
  })

  it('is one key or one byte too many', async () => {
    expect(await refusal('a\n'.repeat(10))).not.toBeInstanceOf(Array)
    expect(await refusal('a\n'.repeat(11))).toEqual(['invalid', 'body', 10])
    expect(await refusal('a\n'.repeat(3), { maxBytes: 5 })).toEqual(['payload_too_large', 'body', 5])
  })

  it('may be what the caller does not hold', async () => {
    const admit = (key: string) => {
      if (key === 'c') throw new AppError('namespace_forbidden', 'no')
    }
    expect(await refusal('a\nb\nc', {}, admit)).toEqual(['namespace_forbidden', undefined, undefined])
  })
})
