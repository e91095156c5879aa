import type { Version } from '../coherence/version.ts'
import type { Entry } from './entry.ts'

/*
 * One entry as one string in L2. All numbers big-endian.
 *
 *   0  u8   format, 2
 *   1  u8   flags: 1 negative, 2 body is gzip
 *   2  u16  length of everything before the body
 *   4  8 B  generation          (bytes 4 to 19 are the version that the scripts compare)
 *  12  u64  epoch
 *  20  u64  stamp               (an epoch; with 28 to 35, freshUntilMs, what the sweep changes)
 *  28  f64  freshUntilMs   36 storedAtMs   44 staleUntilMs   52 errorUntilMs
 *  60  u32  length of the body before compression
 *  64  u16  length of ETag   66 u16 of content type   68 u16 number of tags
 *  70       ETag, content type, tags (u8 length and bytes each), then the body
 */
const FORMAT = 2
const NEGATIVE = 1
const GZIP = 2
const FIXED_BYTES = 70
const U32 = 2 ** 32

/** Where a record's stamp and freshness stand. */
export const STAMP_OFFSET = 20

/** A record's first bytes that tell how long its head is. */
export const HEAD_LENGTH_END = 4

/** Bytes before the body; needs `HEAD_LENGTH_END` bytes. */
export function headLengthOf(bytes: Buffer): number {
  return bytes.readUInt16BE(2)
}

/** An entry whose body is as stored; `gzip` says whether it must be inflated. */
export interface StoredEntry {
  entry: Entry
  gzip: boolean
  /** Bytes of the body before compression. */
  bodyBytes: number
}

/** The 16 bytes (generation, epoch) that scripts compare. */
export function encodeVersion(version: Version): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.write(version.generation, 0, 8, 'hex')
  writeEpoch(bytes, version.epoch, 8)
  return bytes
}

/**
 * What the sweep writes over the bytes from `STAMP_OFFSET` on of a record whose version it has just judged: the stamp, and
 * the freshness that is left (none, for a value that a soft record touched).
 */
export function encodeStamp(stamp: number, freshUntilMs: number): Buffer {
  const bytes = Buffer.alloc(16)
  writeEpoch(bytes, stamp, 0)
  bytes.writeDoubleBE(freshUntilMs, 8)
  return bytes
}

/** `body` is what to store: `entry.body`, or its gzip form when `gzip` is set. */
export function encodeEntry(entry: Entry, body: Buffer = entry.body, gzip = false): Buffer {
  const etag = Buffer.from(entry.etag)
  const contentType = Buffer.from(entry.contentType)
  const tags = entry.tags.map((tag) => Buffer.from(tag))
  const headBytes = tags.reduce((sum, tag) => sum + 1 + tag.length, FIXED_BYTES + etag.length + contentType.length)
  const out = Buffer.allocUnsafe(headBytes + body.length)
  out[0] = FORMAT
  out[1] = (entry.negative ? NEGATIVE : 0) | (gzip ? GZIP : 0)
  out.writeUInt16BE(headBytes, 2)
  out.write(entry.version.generation, 4, 8, 'hex')
  writeEpoch(out, entry.version.epoch, 12)
  writeEpoch(out, entry.stamp, 20)
  out.writeDoubleBE(entry.freshUntilMs, 28)
  out.writeDoubleBE(entry.storedAtMs, 36)
  out.writeDoubleBE(entry.staleUntilMs, 44)
  out.writeDoubleBE(entry.errorUntilMs, 52)
  out.writeUInt32BE(entry.body.length, 60)
  out.writeUInt16BE(etag.length, 64)
  out.writeUInt16BE(contentType.length, 66)
  out.writeUInt16BE(tags.length, 68)
  let at = FIXED_BYTES
  at += etag.copy(out, at)
  at += contentType.copy(out, at)
  for (const tag of tags) {
    out[at++] = tag.length
    at += tag.copy(out, at)
  }
  body.copy(out, at)
  return out
}

/**
 * Reads a stored entry; null when the bytes are not one (another format, damaged, cut). What comes back from Redis is a
 * boundary like any other: a record that cannot be read is a miss. The body is a view on `bytes`.
 */
export function decodeEntry(bytes: Buffer): StoredEntry | null {
  const head = decodeHead(bytes)
  if (head === null) return null
  const body = bytes.subarray(head.headBytes)
  if (!head.gzip && body.length !== head.bodyBytes) return null
  return { entry: { ...head.entry, body }, gzip: head.gzip, bodyBytes: head.bodyBytes }
}

/** Everything but the body, from the record's first bytes; null when they are not one or do not reach far enough. */
export function decodeHead(bytes: Buffer): (StoredEntry & { headBytes: number }) | null {
  if (bytes.length < FIXED_BYTES || bytes[0] !== FORMAT) return null
  const flags = bytes[1] ?? 0
  const headBytes = headLengthOf(bytes)
  const etagBytes = bytes.readUInt16BE(64)
  const contentTypeBytes = bytes.readUInt16BE(66)
  let at = FIXED_BYTES + etagBytes + contentTypeBytes
  if (headBytes > bytes.length || at > headBytes) return null
  const tags: string[] = []
  for (let left = bytes.readUInt16BE(68); left > 0; left--) {
    const length = bytes[at] ?? 0
    if (at + 1 + length > headBytes) return null
    tags.push(bytes.toString('utf8', at + 1, at + 1 + length))
    at += 1 + length
  }
  if (at !== headBytes) return null
  const entry: Entry = {
    version: {
      generation: bytes.toString('hex', 4, 12),
      epoch: readEpoch(bytes, 12),
    },
    stamp: Math.max(readEpoch(bytes, 12), readEpoch(bytes, 20)),
    negative: (flags & NEGATIVE) !== 0,
    storedAtMs: bytes.readDoubleBE(36),
    freshUntilMs: bytes.readDoubleBE(28),
    staleUntilMs: bytes.readDoubleBE(44),
    errorUntilMs: bytes.readDoubleBE(52),
    etag: bytes.toString('utf8', FIXED_BYTES, FIXED_BYTES + etagBytes),
    contentType: bytes.toString('utf8', FIXED_BYTES + etagBytes, FIXED_BYTES + etagBytes + contentTypeBytes),
    tags,
    body: Buffer.alloc(0),
  }
  return { entry, gzip: (flags & GZIP) !== 0, bodyBytes: bytes.readUInt32BE(60), headBytes }
}

function readEpoch(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * U32 + bytes.readUInt32BE(at + 4)
}

function writeEpoch(out: Buffer, epoch: number, at: number): void {
  out.writeUInt32BE(Math.floor(epoch / U32), at)
  out.writeUInt32BE(epoch % U32, at + 4)
}
