import { CLASS, skipClass } from './byte-class.ts'
import { afterLineEnd, afterLiteral, FieldLine, fieldName, PARTIAL, REFUSED, type Verdict } from './field-line.ts'
import type { LaneHeaders } from './lane-handler.ts'

const BEFORE_KEY = Buffer.from('GET /api/cache/')
const AFTER_KEY = Buffer.from(' HTTP/1.1\r\n')
/** A key's limit in bytes; here a character is a byte. */
const MAX_KEY_BYTES = 512

/** Reads `GET /api/cache/<key> HTTP/1.1` at `at`: the index after the line, or a verdict. `keyOf` then gives the key. */
export function readGetLine(bytes: Uint8Array, at: number): number {
  const keyStart = afterLiteral(bytes, at, BEFORE_KEY)
  if (keyStart < 0) return keyStart
  const keyEnd = skipClass(bytes, keyStart, bytes.length, CLASS.key)
  if (keyEnd - keyStart > MAX_KEY_BYTES) return REFUSED
  if (keyEnd === bytes.length) return PARTIAL
  if (keyEnd === keyStart) return REFUSED
  return afterLiteral(bytes, keyEnd, AFTER_KEY)
}

/** The key of a line that began at `at` and that `readGetLine` found to end at `lineEnd`. */
export function keyOf(bytes: Buffer, at: number, lineEnd: number): string {
  return bytes.toString('latin1', at + BEFORE_KEY.length, lineEnd - AFTER_KEY.length)
}

const HOST = fieldName('host')
const CONNECTION = fieldName('connection')
const AUTHORIZATION = fieldName('authorization')
const IF_NONE_MATCH = fieldName('if-none-match')
const REQUEST_ID = fieldName('x-request-id')
const FORWARDED = fieldName('freshet-forwarded')
/** Fields that a GET on the lane may carry. What could change framing, caching or CORS is missing on purpose. */
const ADMITTED = [
  HOST,
  AUTHORIZATION,
  fieldName('user-agent'),
  fieldName('accept'),
  fieldName('accept-encoding'),
  fieldName('accept-language'),
  fieldName('sec-fetch-mode'),
  // A caller's trace says nothing of what is asked for.
  fieldName('traceparent'),
  fieldName('tracestate'),
  CONNECTION,
  IF_NONE_MATCH,
  REQUEST_ID,
  FORWARDED,
]
const HOST_BIT = 1
const KEEP_ALIVE = /^keep-alive$/i
const MAX_REQUEST_ID_BYTES = 64
const QUOTE = 0x22

export interface HeaderBlock extends LaneHeaders {
  /** Index after the blank line. */
  readonly end: number
}

/**
 * Reads the fields of a GET, from after the request line to after the blank line: only admitted names, each at most
 * once, Host exactly once, each in `FieldLine`'s strict form.
 */
export function readGetHeaders(bytes: Buffer, at: number): HeaderBlock | Verdict {
  const line = new FieldLine()
  let seen = 0
  let authorization: string | null = null
  let ifNoneMatch: string | null = null
  let requestId: string | null = null
  let forwarded: string | null = null
  let next = at
  for (;;) {
    const end = afterLineEnd(bytes, next)
    if (end === PARTIAL) return PARTIAL
    if (end > 0) return (seen & HOST_BIT) === 0 ? REFUSED : { end, authorization, ifNoneMatch, requestId, forwarded }

    next = line.read(bytes, next)
    if (next < 0) return next === PARTIAL ? PARTIAL : REFUSED
    const which = ADMITTED.findIndex((name) => line.is(bytes, name))
    if (which < 0 || (seen & (1 << which)) !== 0) return REFUSED
    seen |= 1 << which
    switch (ADMITTED[which]) {
      case HOST:
        if (!line.isAll(bytes, CLASS.host)) return REFUSED
        break
      case CONNECTION:
        if (!KEEP_ALIVE.test(line.value(bytes))) return REFUSED
        break
      case AUTHORIZATION:
        authorization = line.value(bytes)
        break
      case IF_NONE_MATCH:
        if (!isStrongTag(bytes, line)) return REFUSED
        ifNoneMatch = line.value(bytes)
        break
      case REQUEST_ID:
        if (line.valueEnd - line.valueStart > MAX_REQUEST_ID_BYTES || !line.isAll(bytes, CLASS.requestId))
          return REFUSED
        requestId = line.value(bytes)
        break
      case FORWARDED:
        forwarded = line.value(bytes)
        break
    }
  }
}

/** One quoted tag. `W/"x"`, lists and `*` go to node:http, where the whole of RFC 9110 13.1.2 is implemented. */
function isStrongTag(bytes: Buffer, line: FieldLine): boolean {
  const last = line.valueEnd - 1
  if (last <= line.valueStart || bytes[line.valueStart] !== QUOTE || bytes[last] !== QUOTE) return false
  return skipClass(bytes, line.valueStart + 1, last, CLASS.etag) === last
}
