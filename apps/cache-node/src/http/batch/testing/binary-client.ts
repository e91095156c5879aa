import { FORMAT, HEAD_BYTES, KIND, REASONS, REPLY_RECORD_BYTES, STATUSES } from '../binary-layout.ts'

/** A value as a client of the binary form sends it. */
export interface SentItem {
  key: string
  body: Buffer
  contentType?: string
  tags?: string[]
  ttlS?: number
  swrS?: number
  sieS?: number
}

/** A record of a reply as a client reads it. */
export interface ReceivedItem {
  key: string
  status: (typeof STATUSES)[number]
  reason: (typeof REASONS)[number]
  contentType: string
  etag: string
  ttlS: number
  ageS: number
  body: Buffer
}

/** The client's half of the binary form, written from its documentation, so that tests read what a stranger would. */
export function encodeMget(keys: readonly string[]): Buffer {
  const records = keys.map((key) => Buffer.concat([u16(Buffer.byteLength(key)), Buffer.from(key)]))
  return Buffer.concat([head(KIND.mget, keys.length), ...records])
}

export function encodeMput(items: readonly SentItem[]): Buffer {
  return Buffer.concat([head(KIND.mput, items.length), ...items.map(encodeItem)])
}

function encodeItem(item: SentItem): Buffer {
  const fixed = Buffer.alloc(21)
  const contentType = Buffer.from(item.contentType ?? '')
  const tags = item.tags ?? []
  fixed.writeUInt16BE(Buffer.byteLength(item.key), 0)
  fixed.writeUInt16BE(contentType.length, 2)
  fixed.writeUInt8(tags.length, 4)
  fixed.writeInt32BE(item.ttlS ?? -1, 5)
  fixed.writeInt32BE(item.swrS ?? -1, 9)
  fixed.writeInt32BE(item.sieS ?? -1, 13)
  fixed.writeUInt32BE(item.body.length, 17)
  const tagRecords = tags.map((tag) => Buffer.concat([Buffer.from([Buffer.byteLength(tag)]), Buffer.from(tag)]))
  return Buffer.concat([fixed, Buffer.from(item.key), contentType, ...tagRecords, item.body])
}

export function decodeReply(bytes: Buffer): { kind: number; items: ReceivedItem[] } {
  if (bytes[0] !== FORMAT) throw new Error(`format ${bytes[0]}`)
  const items: ReceivedItem[] = []
  let at = HEAD_BYTES
  for (let left = bytes.readUInt32BE(2); left > 0; left--) {
    const lengths = [bytes.readUInt16BE(at + 2), bytes.readUInt16BE(at + 4), bytes.readUInt16BE(at + 6)] as const
    const [key, contentType, etag, body] = cut(bytes, at + REPLY_RECORD_BYTES, [
      ...lengths,
      bytes.readUInt32BE(at + 16),
    ])
    items.push({
      key: String(key),
      status: STATUSES[bytes[at] ?? -1] ?? 'error',
      reason: REASONS[bytes[at + 1] ?? -1] ?? null,
      contentType: String(contentType),
      etag: String(etag),
      ttlS: bytes.readInt32BE(at + 8),
      ageS: bytes.readUInt32BE(at + 12),
      body: body ?? Buffer.alloc(0),
    })
    at += REPLY_RECORD_BYTES + lengths[0] + lengths[1] + lengths[2] + bytes.readUInt32BE(at + 16)
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes too many`)
  return { kind: bytes[1] ?? 0, items }
}

function cut(bytes: Buffer, start: number, lengths: readonly number[]): Buffer[] {
  let at = start
  return lengths.map((length) => {
    at += length
    return bytes.subarray(at - length, at)
  })
}

function head(kind: number, count: number): Buffer {
  const bytes = Buffer.from([FORMAT, kind, 0, 0, 0, 0])
  bytes.writeUInt32BE(count, 2)
  return bytes
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}
