import { z } from 'zod'
import type { EpochTable } from './epoch-table.ts'
import { InvalidationIndex } from './invalidation-index.ts'
import { Reach } from './log-record.ts'
import type { IndexLimits, ModeIndex } from './mode-index.ts'

/*
 * An index as bytes, for snapshots (rule snap). All numbers big-endian.
 *
 *   0  u8  format, 2      1  u8  modes: 1 hard, 2 hard and soft      2  u32  buckets of each table
 *   6  per mode: f64 floor, table of keys, table of tags, then as JSON (u32 length first) the rest
 *
 * A table: u32 rows, then per row u32 bucket (its top bit: the bucket's own epoch), u32 fingerprint, u48 epoch.
 */
const FORMAT = 2
const HEADER_BYTES = 6
const ROW_BYTES = 14
const OWN = 0x80000000

const Rest = z.object({
  namespaces: z.array(z.tuple([z.string(), z.number()])),
  patterns: z.array(z.object({ source: z.string(), reach: Reach, epoch: z.number() })),
  tagReaches: z.array(z.object({ reach: z.array(z.string()), epoch: z.number() })),
})

export function encodeIndex(index: InvalidationIndex): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = FORMAT
  header[1] = index.soft === null ? 1 : 2
  header.writeUInt32BE(index.limits.buckets, 2)
  return Buffer.concat([header, encodeMode(index.hard), ...(index.soft ? [encodeMode(index.soft)] : [])])
}

/**
 * Reads an index that covers everything up to `epoch`. Null when the bytes are none, or of tables of another size: whoever
 * joins without a snapshot starts cold and is right all the same.
 */
export function decodeIndex(bytes: Buffer, epoch: number, limits?: IndexLimits): InvalidationIndex | null {
  try {
    const index = new InvalidationIndex(limits)
    if (bytes[0] !== FORMAT || bytes.readUInt32BE(2) !== index.limits.buckets) return null
    const modes = bytes[1] === 2 ? [index.hard, index.softly()] : [index.hard]
    let at = HEADER_BYTES
    for (const mode of modes) {
      at = decodeMode(bytes, at, mode)
      mode.covers(epoch)
    }
    return at === bytes.length ? index : null
  } catch {
    return null
  }
}

function encodeMode(mode: ModeIndex): Buffer {
  const floor = Buffer.alloc(8)
  floor.writeDoubleBE(mode.floor)
  const rest = {
    namespaces: [...mode.namespaces.entries()],
    patterns: [...mode.patterns.entries()],
    tagReaches: [...mode.tagReaches.entries()],
  }
  const text = Buffer.from(JSON.stringify(rest))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([floor, encodeTable(mode.keys), encodeTable(mode.tags), length, text])
}

function decodeMode(bytes: Buffer, start: number, mode: ModeIndex): number {
  mode.raiseFloor(bytes.readDoubleBE(start))
  let at = decodeTable(bytes, start + 8, mode.keys)
  at = decodeTable(bytes, at, mode.tags)
  const end = at + 4 + bytes.readUInt32BE(at)
  const rest = Rest.parse(JSON.parse(bytes.toString('utf8', at + 4, end)))
  for (const [namespace, floor] of rest.namespaces) mode.raiseFloor(mode.namespaces.raise(namespace, floor))
  for (const { source, reach, epoch } of rest.patterns) mode.notePattern(source, reach, epoch)
  for (const { reach, epoch } of rest.tagReaches) mode.noteTagReach(reach, epoch)
  return end
}

function encodeTable(table: EpochTable): Buffer {
  const rows = [...table.rows()]
  const out = Buffer.allocUnsafe(4 + rows.length * ROW_BYTES)
  out.writeUInt32BE(rows.length)
  let at = 4
  for (const { bucket, fingerprint, epoch } of rows) {
    out.writeUInt32BE(fingerprint === null ? (bucket | OWN) >>> 0 : bucket, at)
    out.writeUInt32BE(fingerprint ?? 0, at + 4)
    out.writeUIntBE(epoch, at + 8, 6)
    at += ROW_BYTES
  }
  return out
}

function decodeTable(bytes: Buffer, start: number, table: EpochTable): number {
  const rows = bytes.readUInt32BE(start)
  let at = start + 4
  for (let row = 0; row < rows; row++, at += ROW_BYTES) {
    const bucket = bytes.readUInt32BE(at)
    const own = bucket >= OWN
    table.merge({
      bucket: own ? bucket - OWN : bucket,
      fingerprint: own ? null : bytes.readUInt32BE(at + 4),
      epoch: bytes.readUIntBE(at + 8, 6),
    })
  }
  return at
}
