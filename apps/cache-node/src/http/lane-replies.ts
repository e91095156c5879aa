import { STATUS_CODES } from 'node:http'
import type { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { entryHeaders } from './caching-headers.ts'

/** Status line and fields, open at the end for what differs by request; and the body that they announce. */
export interface OpenReply {
  status: number
  head: string
  body: Buffer | null
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

function renderHead(status: number, nowMs: number, fields: Fields): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ndate: ${new Date(nowMs).toUTCString()}\r\n`
  for (const name in fields) head += `${name}: ${fields[name]}\r\n`
  return head
}
