import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from './entry.ts'
import { decodeEntry, decodeHead, encodeEntry, encodeStamp, encodeVersion, STAMP_OFFSET } from './entry-codec.ts'

const hex = fc.stringMatching(/^[0-9a-f]{16}$/)
const epoch = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const ms = fc.double({ min: 0, max: 1e13, noNaN: true })
const entry: fc.Arbitrary<Entry> = fc
  .record({
    version: fc.record({ generation: hex, epoch }),
    stamp: epoch,
    negative: fc.boolean(),
    storedAtMs: ms,
    freshUntilMs: ms,
    staleUntilMs: ms,
    errorUntilMs: ms,
    etag: fc.string({ maxLength: 64, unit: 'binary' }).filter((text) => text.isWellFormed()),
    contentType: fc.string({ maxLength: 64, unit: 'grapheme' }),
    tags: fc.array(fc.string({ minLength: 1, maxLength: 32 }), { maxLength: 64 }),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  })
  // A stamp is never older than the version.
  .map((drawn) => ({ ...drawn, stamp: Math.max(drawn.stamp, drawn.version.epoch) }))

describe('a record', () => {
  it('comes back as the entry it was made of', () => {
    fc.assert(
      fc.property(entry, (value) => {
        expect(decodeEntry(encodeEntry(value))).toEqual({ entry: value, gzip: false, bodyBytes: value.body.length })
      }),
    )
  })

  it('carries its version in bytes 4 to 19, where the scripts compare it', () => {
    fc.assert(
      fc.property(entry, (value) => {
        expect(encodeEntry(value).subarray(4, 20)).toEqual(encodeVersion(value.version))
      }),
    )
  })

  it('is stamped anew by sixteen bytes, and keeps all else', () => {
    fc.assert(
      fc.property(entry, epoch, ms, (value, raise, freshUntilMs) => {
        const stamp = Math.max(value.stamp, raise)
        const bytes = encodeEntry(value)
        encodeStamp(stamp, freshUntilMs).copy(bytes, STAMP_OFFSET)
        expect(decodeEntry(bytes)?.entry).toEqual({ ...value, stamp, freshUntilMs })
      }),
    )
  })

  it('shows its head without its body', () => {
    fc.assert(
      fc.property(entry, (value) => {
        const bytes = encodeEntry(value)
        const head = decodeHead(bytes.subarray(0, bytes.length - value.body.length))
        expect(head?.entry).toEqual({ ...value, body: Buffer.alloc(0) })
        expect(head?.bodyBytes).toBe(value.body.length)
      }),
    )
  })

  it('is a miss when it was cut anywhere', () => {
    fc.assert(
      fc.property(entry, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (value, share) => {
        const bytes = encodeEntry(value)
        expect(decodeEntry(bytes.subarray(0, Math.floor(bytes.length * share)))).toBeNull()
      }),
    )
  })

  it('is a miss and never an exception when it is any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.from(noise)
        if (bytes[0] === 2) bytes[0] = 1
        expect(decodeEntry(bytes)).toBeNull()
        bytes[0] = 2
        expect(() => decodeEntry(bytes)).not.toThrow()
      }),
    )
  })
})
