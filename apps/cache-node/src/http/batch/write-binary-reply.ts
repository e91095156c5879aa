import { toProblem } from '@freshet/core/errors/problem'
import { FORMAT, HEAD_BYTES, REASONS, REPLY_RECORD_BYTES, STATUSES } from './binary-layout.ts'
import type { ReadItem, WrittenItem } from './items.ts'

type Item = ReadItem | WrittenItem
type Reason = (typeof REASONS)[number]

/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3
const NOTHING = Buffer.alloc(0)
const STATUS_OF = new Map(STATUSES.map((status, i) => [status, i]))
const REASON_OF = new Map<Reason, number>(REASONS.map((reason, i) => [reason, i]))

/**
 * A reply in one buffer that is allocated once, at the most it could need, and written once: measuring every string first
 * would read each twice.
 */
export function writeBinaryReply(kind: number, items: readonly Item[]): Buffer {
  const bodies = items.map(bodyOf)
  let bound = HEAD_BYTES
  for (let i = 0; i < items.length; i++) bound += boundOf(items[i] as Item) + (bodies[i] as Buffer).length
  const out = Buffer.allocUnsafe(bound)
  out[0] = FORMAT
  out[1] = kind
  out.writeUInt32BE(items.length, 2)
  let at = HEAD_BYTES
  for (let i = 0; i < items.length; i++) at = writeRecord(out, at, items[i] as Item, bodies[i] as Buffer)
  return out.subarray(0, at)
}

function writeRecord(out: Buffer, start: number, item: Item, body: Buffer): number {
  const key = start + REPLY_RECORD_BYTES
  const contentType = key + writeText(out, item.key, key)
  const etag = contentType + writeText(out, contentTypeOf(item), contentType)
  const value = etag + ('etag' in item ? writeText(out, item.etag, etag) : 0)
  out[start] = STATUS_OF.get(item.status) ?? 0
  out[start + 1] = 'reason' in item ? (REASON_OF.get(item.reason ?? null) ?? 0) : 0
  out.writeUInt16BE(contentType - key, start + 2)
  out.writeUInt16BE(etag - contentType, start + 4)
  out.writeUInt16BE(value - etag, start + 6)
  out.writeInt32BE('ttlS' in item ? item.ttlS : 0, start + 8)
  out.writeUInt32BE('ageS' in item ? item.ageS : 0, start + 12)
  out.writeUInt32BE(body.length, start + 16)
  out.set(body, value)
  return value + body.length
}

/** Bytes written. A call into native code costs more than writing a short ASCII text here. */
function writeText(out: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return out.write(text, at)
    out[at + i] = unit
  }
  return text.length
}

function boundOf(item: Item): number {
  const units = item.key.length + contentTypeOf(item).length + ('etag' in item ? item.etag.length : 0)
  return REPLY_RECORD_BYTES + MAX_BYTES_PER_UNIT * units
}

function contentTypeOf(item: Item): string {
  if (item.status === 'error') return 'application/problem+json'
  return 'contentType' in item ? item.contentType : ''
}

function bodyOf(item: Item): Buffer {
  if ('body' in item) return item.body
  if (item.status === 'error') return Buffer.from(JSON.stringify(toProblem(item.error)))
  return item.status === 'stored' ? Buffer.from(item.epoch, 'latin1') : NOTHING
}
