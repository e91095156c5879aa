import { decodeEntry } from '@freshet/core/entries/entry-codec'
import { AppError } from '@freshet/core/errors/app-error'
import { type ErrorCode, errorCodes } from '@freshet/core/errors/codes'
import { answer, type ReadResult } from '@freshet/core/tiers/read-result'
import { z } from 'zod'
import {
  type Held,
  MISS_REASONS,
  MISSED_HEADER,
  RECORD_MEDIA_TYPE,
  SOURCE_HEADER,
  SOURCES,
  STALE_CAUSES,
  STALE_HEADER,
} from './answer-format.ts'
import type { PeerResponse } from './peer-exchange.ts'
import { unavailable } from './unavailable.ts'

const How = z.object({
  source: z.enum(SOURCES),
  stale: z.enum(STALE_CAUSES).nullable(),
  missed: z.enum(MISS_REASONS).nullable(),
})

/** Members of a problem document that make the same error again. */
const ProblemFacts = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string().max(2_000),
  field: z.string().max(200).optional(),
  limit: z.union([z.string().max(200), z.number()]).optional(),
  state: z.string().max(200).optional(),
})

/**
 * What another node may say of a key that is true wherever one asks. All else that a node answers (it lost its lease, it
 * does not know our token, it broke) is about the node.
 */
const ABOUT_THE_KEY: ReadonlySet<ErrorCode> = new Set([
  'invalid',
  'not_cached',
  'origin_failed',
  'origin_unavailable',
  'origin_deadline',
])

/**
 * Reads what came back for one key; what cannot be read is as good as no answer. Throws AppError `peer_unavailable`, or
 * what the owner said about the key.
 */
export function readAnswer({ status, headers, body }: PeerResponse): ReadResult {
  const contentType = headers['content-type']
  if (status === 200 && contentType === RECORD_MEDIA_TYPE)
    return readRecord(body, {
      source: headers[SOURCE_HEADER],
      stale: headers[STALE_HEADER] ?? null,
      missed: headers[MISSED_HEADER] ?? null,
    })
  if (contentType !== 'application/problem+json') throw unreadable(`${status} ${contentType}`)
  const error = readProblem(body, Number(headers['retry-after']))
  if (error.code !== 'miss') throw error
  const reason = z.enum(MISS_REASONS).safeParse(headers[MISSED_HEADER]).data
  if (reason === undefined) throw unreadable('a miss without its reason')
  return { kind: 'miss', reason }
}

/** `how`: as it came. The body is a view on `record`. */
export function readRecord(record: Buffer, how: Record<keyof z.infer<typeof How>, unknown>): Held {
  const known = How.safeParse(how).data
  const stored = decodeEntry(record)
  if (known === undefined || stored === null || stored.gzip) throw unreadable('a record')
  return answer(stored.entry, known.source, known.stale, known.missed)
}

/** A problem document as the error that it was made of. `retryAfterS` NaN: none. */
export function readProblem(body: Buffer, retryAfterS = Number.NaN): AppError {
  const problem = ProblemFacts.safeParse(parseJson(body)).data
  if (problem === undefined) return unreadable('a problem document')
  const { code, detail, field, limit, state } = problem
  if (code !== 'miss' && !ABOUT_THE_KEY.has(code))
    return unavailable('refused', `The node said ${code}${state === undefined ? '' : ` (${state})`}: ${detail}`)
  return new AppError(code, detail, {
    ...(field !== undefined && { field }),
    ...(limit !== undefined && { limit }),
    ...(state !== undefined && { state }),
    ...(Number.isFinite(retryAfterS) && { retryAfterMs: retryAfterS * 1_000 }),
  })
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

function unreadable(what: string): AppError {
  return unavailable('unreadable', `The node's answer cannot be read: ${what}`)
}
