import { FORMAT, HEAD_BYTES, KIND } from '../../http/batch/binary-layout.ts'

/** The keys as the mget of clients carries them. */
export function writeBatchRequest(keys: readonly string[]): Buffer {
  const lengths = keys.map((key) => Buffer.byteLength(key))
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 2 + length, HEAD_BYTES))
  out[0] = FORMAT
  out[1] = KIND.mget
  out.writeUInt32BE(keys.length, 2)
  let at = HEAD_BYTES
  for (const [i, key] of keys.entries()) {
    at = out.writeUInt16BE(lengths[i] ?? 0, at)
    at += out.write(key, at)
  }
  return out
}
