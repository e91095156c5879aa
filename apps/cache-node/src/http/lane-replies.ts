import { STATUS_CODES } from 'node:http'
import { formatVersion } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import type { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { ageSeconds, entryHeaders, renderCacheControl, renderTags, ttlSeconds } from './caching-headers.ts'

/** Status line and fields, open at the end for what differs by request; and the body that they announce. */
export interface OpenReply {
  status: number
  head: string
  body: Buffer | null
}

/**
 * The head of an L1 hit, 304 when `unchanged`: the fields of `entryHeaders`, put together without an object between.
 * Made anew for every request on purpose. Kept beside its entry for as long as it is true, which is a second, it costs
 * more: thousands of strings that live that long are what the garbage collector copies (2.5 of 16 µs a request).
 */
export function renderHit(entry: Entry, unchanged: boolean, nowMs: number): string {
  const { body, contentType, etag, tags, version } = entry
  const status = unchanged ? 'HTTP/1.1 304 Not Modified' : `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}`
  const surrogateKey = tags.length > 0 ? `surrogate-key: ${renderTags(tags)}\r\n` : ''
  return (
    `${status}\r\ndate: ${httpDate(nowMs)}\r\ncontent-type: ${contentType}\r\nx-content-type-options: nosniff\r\n` +
    `etag: ${etag}\r\nage: ${ageSeconds(entry, nowMs)}\r\ncache-control: ${renderCacheControl(entry)}\r\n` +
    `cache-status: freshet; hit; ttl=${ttlSeconds(entry, nowMs)}; detail=l1\r\n` +
    `freshet-version: ${formatVersion(version)}\r\n${surrogateKey}`
  )
}

let dateSecond = 0
let date = ''

/** Rendered once a second. */
function httpDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000)
  if (second !== dateSecond) {
    dateSecond = second
    date = new Date(nowMs).toUTCString()
  }
  return date
}

type Fields = Readonly<Record<string, string | number>>

/** A value, or 304 without one, with the fields that routes/read-entry.ts sends. */
export function renderFound(
  result: Extract<ReadResult, { kind: 'found' }>,
  unchanged: boolean,
  nowMs: number,
): OpenReply {
  const fields = entryHeaders(result, nowMs)
  const { body } = result.entry
  return unchanged
    ? { status: 304, head: renderHead(304, nowMs, fields), body: null }
    : { status: 200, head: renderHead(200, nowMs, { ...fields, 'content-length': body.length }), body }
}

/** A problem document, with the fields that problem-reply.ts sends and `fields` of the caller's. */
export function renderProblem(error: AppError, requestId: string, fields: Fields, nowMs: number): OpenReply {
  const problem = toProblem(error, requestId)
  const body = Buffer.from(JSON.stringify(problem))
  const { retryAfterMs } = error.facts
  const head = renderHead(problem.status, nowMs, {
    'content-type': 'application/problem+json',
    ...fields,
    ...(retryAfterMs !== undefined && { 'retry-after': Math.max(1, Math.ceil(retryAfterMs / 1_000)) }),
    'content-length': body.length,
  })
  return { status: problem.status, head, body }
}

/** Open at the end. */
export function renderHead(status: number, nowMs: number, fields: Fields): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ndate: ${httpDate(nowMs)}\r\n`
  for (const name in fields) head += `${name}: ${fields[name]}\r\n`
  return head
}
