import { AppError } from '@freshet/core/errors/app-error'
import { answer, type ReadResult } from '@freshet/core/tiers/read-result'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBinaryMget } from '../../http/batch/read-binary-request.ts'
import { MISS_REASONS, SOURCES, STALE_CAUSES } from '../answer-format.ts'
import { sampleEntry } from '../testing/sample-entry.ts'
import { BATCH_MEDIA_TYPE } from './batch-layout.ts'
import { readBatchReply } from './read-batch-reply.ts'
import { writeBatchReply } from './write-batch-reply.ts'
import { writeBatchRequest } from './write-batch-request.ts'

const LIMIT = 1_000_000

const held = fc
  .tuple(
    fc.string({ maxLength: 50 }),
    fc.boolean(),
    fc.constantFrom(...SOURCES),
    fc.option(fc.constantFrom(...STALE_CAUSES)),
    fc.option(fc.constantFrom(...MISS_REASONS)),
  )
  .map(([body, negative, source, stale, missed]) => answer(sampleEntry(body, { negative }), source, stale, missed))
const miss = fc.constantFrom(...MISS_REASONS).map((reason): ReadResult => ({ kind: 'miss', reason }))
const failure = fc
  .constantFrom('origin_failed', 'origin_deadline', 'not_cached')
  .map((code) => new AppError(code, 'words', { state: 's' }))

function read(keys: readonly string[], body: Buffer) {
  return readBatchReply(keys, { status: 200, headers: { 'content-type': BATCH_MEDIA_TYPE }, body })
}

describe('a batch between nodes', () => {
  it('asks for the keys it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 1_000 }), (keys) => {
        expect(readBinaryMget(writeBatchRequest(keys)).keys).toEqual(keys)
      }),
      { numRuns: 50 },
    )
  })

  it('is answered key by key, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(held, miss, failure), { maxLength: 20 }), (results) => {
        const keys = results.map((_, i) => `k:${i}`)
        expect([...read(keys, writeBatchReply(results, LIMIT)).values()]).toEqual(results)
      }),
      { numRuns: 200 },
    )
  })

  it('leaves for the next request what its limit does not allow, and never the first', () => {
    const values = ['x'.repeat(80), 'y'.repeat(30), 'z'.repeat(15)].map((body) =>
      answer(sampleEntry(body), 'l1', null, null),
    )
    const keys = ['x', 'y', 'z']
    expect([...read(keys, writeBatchReply(values, 100)).keys()]).toEqual(['x', 'z'])
    expect([...read(keys, writeBatchReply(values, 10)).keys()]).toEqual(['x'])
  })

  it('does not keep a whole reply in memory for the sake of one value', () => {
    const values = ['a', 'b'].map((body) => answer(sampleEntry(body), 'l1', null, null))
    const reply = writeBatchReply(values, LIMIT)
    const got = read(['a', 'b'], reply).get('a')
    expect(got).toMatchObject({ kind: 'found' })
    if (got === undefined || got instanceof AppError || got.kind !== 'found') throw new Error('no value')
    reply.fill(0)
    expect(got.entry.body.toString()).toBe('a')
  })

  it('that was cut or changed is no answer at all, or one that was as good', () => {
    const results = [
      answer(sampleEntry('value'), 'l2', 'revalidating', 'expired'),
      { kind: 'miss', reason: 'absent' },
    ] as const
    const reply = writeBatchReply(results, LIMIT)
    fc.assert(
      fc.property(fc.nat(reply.length - 1), fc.nat(255), fc.boolean(), (place, byte, cut) => {
        const broken = cut ? reply.subarray(0, place) : Buffer.from(reply)
        if (!cut) broken[place] = byte
        try {
          read(['a', 'b'], broken)
        } catch (error) {
          expect(error).toMatchObject({ code: 'peer_unavailable' })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('that the node refused is refused as a whole', () => {
    const body = Buffer.from(JSON.stringify({ code: 'degraded', detail: 'no' }))
    expect(() => readBatchReply(['a'], { status: 503, headers: {}, body })).toThrow(/degraded/)
  })
})
