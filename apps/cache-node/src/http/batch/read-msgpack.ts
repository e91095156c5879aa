import { isUtf8 } from 'node:buffer'
import { AppError } from '@freshet/core/errors/app-error'
import { ByteReader } from './byte-reader.ts'
import { MAX_BATCH_KEYS } from './items.ts'

/** Our documents nest 4 deep: document, items, item, tags. */
const MAX_DEPTH = 8
/** 1,000 items of 9 members with 64 tags each come to 83,000 values. */
const MAX_VALUES = 100_000

/**
 * Reads one MessagePack value from a stranger: nil, booleans, numbers, UTF-8 strings, binary, arrays, and maps whose keys
 * are strings. No extension types.
 *
 * Strict where msgpackr's reader is generous: that one builds regular expressions, errors, typed arrays and generated
 * record readers on request, takes octets that are no UTF-8 for U+FFFD (so that two keys become one), and lets 32 MB of
 * small values become gigabytes of objects. Throws AppError `bad_request`, or `invalid` beyond a limit.
 */
export function readMsgpack(bytes: Buffer): unknown {
  const reader = new ByteReader(bytes)
  const budget = { values: MAX_VALUES }
  const value = readValue(reader, budget, 0)
  reader.requireEnd()
  return value
}

interface Budget {
  values: number
}

function readValue(reader: ByteReader, budget: Budget, depth: number): unknown {
  if (--budget.values < 0) throw tooMany('values', MAX_VALUES)
  const token = reader.u8()
  if (token < 0x80) return token
  if (token >= 0xe0) return token - 0x100
  if (token < 0x90) return readMap(reader, token & 0x0f, budget, depth)
  if (token < 0xa0) return readArray(reader, token & 0x0f, budget, depth)
  if (token < 0xc0) return readText(reader, token & 0x1f)
  return readSized(reader, token, budget, depth)
}

function readSized(reader: ByteReader, token: number, budget: Budget, depth: number): unknown {
  switch (token) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc4:
      return reader.copy(reader.u8())
    case 0xc5:
      return reader.copy(reader.u16())
    case 0xc6:
      return reader.copy(reader.u32())
    case 0xca:
      return reader.f32()
    case 0xcb:
      return reader.f64()
    case 0xcc:
      return reader.u8()
    case 0xcd:
      return reader.u16()
    case 0xce:
      return reader.u32()
    case 0xcf:
      return reader.u32() * 2 ** 32 + reader.u32()
    case 0xd0:
      return reader.i8()
    case 0xd1:
      return reader.i16()
    case 0xd2:
      return reader.i32()
    case 0xd3:
      return reader.i32() * 2 ** 32 + reader.u32()
    case 0xd9:
      return readText(reader, reader.u8())
    case 0xda:
      return readText(reader, reader.u16())
    case 0xdb:
      return readText(reader, reader.u32())
    case 0xdc:
      return readArray(reader, reader.u16(), budget, depth)
    case 0xdd:
      return readArray(reader, reader.u32(), budget, depth)
    case 0xde:
      return readMap(reader, reader.u16(), budget, depth)
    case 0xdf:
      return readMap(reader, reader.u32(), budget, depth)
    default:
      throw malformed('extension types are not taken')
  }
}

function readText(reader: ByteReader, length: number): string {
  const octets = reader.view(length)
  if (!isUtf8(octets)) throw malformed('a string is not UTF-8')
  return octets.toString('utf8')
}

function readArray(reader: ByteReader, length: number, budget: Budget, depth: number): unknown[] {
  if (length > MAX_BATCH_KEYS) throw tooMany('members', MAX_BATCH_KEYS)
  if (depth >= MAX_DEPTH) throw tooMany('levels', MAX_DEPTH)
  const array: unknown[] = []
  for (let left = length; left > 0; left--) array.push(readValue(reader, budget, depth + 1))
  return array
}

function readMap(reader: ByteReader, length: number, budget: Budget, depth: number): Record<string, unknown> {
  if (depth >= MAX_DEPTH) throw tooMany('levels', MAX_DEPTH)
  // Without a prototype `__proto__` is a member like any other.
  const map: Record<string, unknown> = Object.create(null)
  for (let left = length; left > 0; left--) {
    const name = readValue(reader, budget, depth + 1)
    if (typeof name !== 'string') throw malformed('the names in a map are strings')
    if (name in map) throw malformed(`"${name.slice(0, 64)}" is in one map twice`)
    map[name] = readValue(reader, budget, depth + 1)
  }
  return map
}

function malformed(why: string): AppError {
  return new AppError('bad_request', `The body is not MessagePack as documented: ${why}`, { field: 'body' })
}

function tooMany(what: string, limit: number): AppError {
  return new AppError('invalid', `A batch in MessagePack has at most ${limit} ${what}`, { field: 'body', limit })
}
