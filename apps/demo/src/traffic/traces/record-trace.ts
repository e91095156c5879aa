/**
 * Traces of fixed-size records, one request each: cache2k's big-endian int32 and Scarab's big-endian int64. Yields ids of
 * 32 bits; of 64 bits both halves count. Bytes after the last whole record are ignored.
 */
export async function* readRecordTrace(chunks: AsyncIterable<Buffer>, recordBytes: 4 | 8): AsyncGenerator<number> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    // A chunk ends where it likes, in the middle of a record too.
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (; at + recordBytes <= bytes.length; at += recordBytes) {
      const first = bytes.readUInt32BE(at)
      yield recordBytes === 4 ? first : (Math.imul(first, 0x9e3779b1) ^ bytes.readUInt32BE(at + 4)) >>> 0
    }
    rest = bytes.subarray(at)
  }
}
