import { isUtf8 } from 'node:buffer'
import { AppError } from '@freshet/core/errors/app-error'
import { FORMAT, KIND } from './binary-layout.ts'
import { ByteReader } from './byte-reader.ts'
import { MAX_BATCH_KEYS } from './items.ts'

/** The documents that JSON would give; throws AppError `bad_request`, or `invalid` for too many records. */
export function readBinaryMget(body: Buffer): { keys: string[] } {
  return { keys: readRecords(body, KIND.mget, (reader) => readText(reader, reader.u16())) }
}

export function readBinaryMput(body: Buffer): { items: object[] } {
  return { items: readRecords(body, KIND.mput, readItem) }
}

function readItem(reader: ByteReader): object {
  const keyBytes = reader.u16()
  const contentTypeBytes = reader.u16()
  const tagCount = reader.u8()
  const [ttlS, swrS, sieS] = [reader.i32(), reader.i32(), reader.i32()].map((s) => (s === -1 ? undefined : s))
  const bodyBytes = reader.u32()
  const key = readText(reader, keyBytes)
  const contentType = contentTypeBytes === 0 ? undefined : readText(reader, contentTypeBytes)
  const tags = Array.from({ length: tagCount }, () => readText(reader, reader.u8()))
  return { key, contentType, ttlS, swrS, sieS, tags, body: reader.copy(bodyBytes) }
}

function readRecords<T>(body: Buffer, kind: number, read: (reader: ByteReader) => T): T[] {
  const reader = new ByteReader(body)
  if (reader.u8() !== FORMAT) throw malformed(`its first byte is not ${FORMAT}, the only format there is`)
  if (reader.u8() !== kind) throw malformed(`its kind (second byte) is not ${kind}, which this route takes`)
  const count = reader.u32()
  if (count > MAX_BATCH_KEYS)
    throw new AppError('invalid', `A batch has at most ${MAX_BATCH_KEYS} keys`, {
      field: 'body',
      limit: MAX_BATCH_KEYS,
    })
  const records: T[] = []
  while (records.length < count) records.push(read(reader))
  reader.requireEnd()
  return records
}

function readText(reader: ByteReader, length: number): string {
  const octets = reader.view(length)
  if (!isUtf8(octets)) throw malformed('a text is not UTF-8')
  return octets.toString('utf8')
}

function malformed(why: string): AppError {
  return new AppError('bad_request', `The body is not a Freshet batch: ${why}`, { field: 'body' })
}
