import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import { describeKeyFault, MAX_KEY_BYTES } from '@freshet/core/keys/cache-key'
import { requireKey } from '../request-key.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

export interface KeyLimits {
  maxKeys: number
  maxBytes: number
  /** Keys of one chunk. */
  chunkKeys: number
}

export interface ReceivedKeys {
  chunks: readonly (readonly string[])[]
  count: number
  /** SHA-256 of the body, hex: two bodies with the same one are the same. */
  digest: string
}

/**
 * Reads a body of one key per line, as it arrives: what is wrong is told at its line, without waiting for the rest, and
 * the text is never held as a whole beside the keys. An empty line is passed over; `\r\n` ends a line too. A key that
 * comes twice is kept twice: to invalidate it again does no harm, and a set of a million would cost more.
 *
 * Rejects with `payload_too_large` (limit: bytes), `bad_request` for what is not UTF-8, and `invalid` with the line
 * (`line 7`) for a key that may not be or is one too many. `admit` may throw what it likes, for the first key of each
 * kind that it wants to refuse.
 */
export async function receiveKeys(
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  { maxKeys, maxBytes, chunkKeys }: KeyLimits,
  admit: (key: string) => void,
): Promise<ReceivedKeys> {
  const hash = createHash('sha256')
  const chunks: string[][] = []
  let bytes = 0
  let line = 0
  let count = 0
  let begun: Buffer = Buffer.alloc(0)

  function takeLine(text: Buffer): void {
    line++
    const end = text.at(-1) === CARRIAGE_RETURN ? text.length - 1 : text.length
    if (end === 0) return
    const octets = text.subarray(0, end)
    // Decoding would replace what is no UTF-8, and end another key than the one that was meant.
    if (!isUtf8(octets)) throw new AppError('bad_request', `Line ${line} is not UTF-8`, { field: `line ${line}` })
    const key = requireKey(octets.toString('utf8'), `line ${line}`)
    if (++count > maxKeys)
      throw new AppError('invalid', `A bulk run takes at most ${maxKeys} keys`, { field: 'body', limit: maxKeys })
    admit(key)
    const last = chunks.at(-1)
    if (last === undefined || last.length === chunkKeys) chunks.push([key])
    else last.push(key)
  }

  for await (const piece of body) {
    bytes += piece.length
    if (bytes > maxBytes)
      throw new AppError('payload_too_large', `A bulk run takes at most ${maxBytes} bytes`, {
        field: 'body',
        limit: maxBytes,
      })
    hash.update(piece)
    const held = begun.length === 0 ? piece : Buffer.concat([begun, piece])
    let from = 0
    for (let at = held.indexOf(LINE_FEED); at !== -1; at = held.indexOf(LINE_FEED, from)) {
      takeLine(held.subarray(from, at))
      from = at + 1
    }
    begun = held.subarray(from)
    // A line without end would be copied again with every piece that comes.
    if (begun.length > MAX_KEY_BYTES + 1) throw tooLong(line + 1)
  }
  if (begun.length > 0) takeLine(begun)
  return { chunks, count, digest: hash.digest('hex') }
}

/**
 * Reads on and keeps nothing, up to a limit: a sender that is cut off may never see why. False when it was not all, so that
 * the connection can carry no further request.
 */
export async function discardRest(body: AsyncIterable<Buffer> | Iterable<Buffer>, maxBytes: number): Promise<boolean> {
  let bytes = 0
  try {
    for await (const piece of body) {
      bytes += piece.length
      if (bytes > maxBytes) return false
    }
    return true
  } catch {
    return false
  }
}

function tooLong(line: number): AppError {
  const fault = { reason: 'too_long', limit: MAX_KEY_BYTES } as const
  return new AppError('invalid', describeKeyFault(fault), { field: `line ${line}`, limit: MAX_KEY_BYTES })
}
