import { CLASS, skipClass } from './byte-class.ts'
import { afterLineEnd, afterLiteral, FieldLine, fieldName, PARTIAL, REFUSED, type Verdict } from './field-line.ts'

/** Where one request ends: its head, and the length of the body that follows. */
export interface Frame {
  /** Index after the blank line. */
  readonly headEnd: number
  readonly bodyLength: number
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'PURGE', 'OPTIONS'])
const MAX_METHOD_BYTES = 7
const AFTER_TARGET = Buffer.from(' HTTP/1.1')
const HOST = fieldName('host')
const CONTENT_LENGTH = fieldName('content-length')
const CONNECTION = fieldName('connection')
const UNCLEAR = ['transfer-encoding', 'upgrade', 'expect', 'proxy-connection'].map(fieldName)
const SLASH = 0x2f
const SPACE = 0x20
const LENGTH = /^\d{1,15}$/
const KEEP_ALIVE = /^keep-alive$/i

/**
 * Finds the end of a request whose framing leaves no room for two opinions: at most one Content-Length, no
 * Transfer-Encoding, Upgrade or Expect, exactly one Host, a persistent connection, no byte outside the strict grammar.
 *
 * The lane takes a connection back from node:http only after such a request. Where a proxy, this function and node:http
 * could differ about where a request ends, it says `REFUSED`: that difference is all that request smuggling needs.
 */
export function frameRequest(bytes: Buffer, at: number): Frame | Verdict {
  let next = readRequestLine(bytes, at)
  const line = new FieldLine()
  let hosts = 0
  let bodyLength: number | null = null
  while (next >= 0) {
    const headEnd = afterLineEnd(bytes, next)
    if (headEnd > 0) return hosts === 1 ? { headEnd, bodyLength: bodyLength ?? 0 } : REFUSED
    next = headEnd === PARTIAL ? PARTIAL : line.read(bytes, next)
    if (next < 0) break
    if (line.is(bytes, HOST)) {
      if (++hosts > 1 || !line.isAll(bytes, CLASS.host)) return REFUSED
    } else if (line.is(bytes, CONTENT_LENGTH)) {
      const value = line.value(bytes)
      if (bodyLength !== null || !LENGTH.test(value)) return REFUSED
      bodyLength = Number(value)
    } else if (line.is(bytes, CONNECTION)) {
      if (!KEEP_ALIVE.test(line.value(bytes))) return REFUSED
    } else if (UNCLEAR.some((name) => line.is(bytes, name))) return REFUSED
  }
  return next === PARTIAL ? PARTIAL : REFUSED
}

/** Index after the request line, or a verdict. */
function readRequestLine(bytes: Buffer, at: number): number {
  const methodEnd = skipClass(bytes, at, bytes.length, CLASS.token)
  if (methodEnd === bytes.length) return methodEnd - at <= MAX_METHOD_BYTES ? PARTIAL : REFUSED
  if (bytes[methodEnd] !== SPACE || !METHODS.has(bytes.toString('latin1', at, methodEnd))) return REFUSED
  const target = methodEnd + 1
  if (target === bytes.length) return PARTIAL
  if (bytes[target] !== SLASH) return REFUSED
  const afterVersion = afterLiteral(bytes, skipClass(bytes, target, bytes.length, CLASS.target), AFTER_TARGET)
  return afterVersion < 0 ? afterVersion : afterLineEnd(bytes, afterVersion)
}
