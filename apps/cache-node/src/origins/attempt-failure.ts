import { AppError, type ErrorFacts } from '@freshet/core/errors/app-error'
import type { ErrorCode } from '@freshet/core/errors/codes'
import type { Outcome } from '@freshet/core/origins/breaker'
import { parseHttpDate } from '@freshet/core/origins/http-date'

export interface FailureTraits {
  /** What the breaker learns. */
  outcome: Outcome
  /** Whether the same question may fare better in a moment. */
  retryable: boolean
  /** The origin asked us to come back no sooner. */
  retryAfterMs: number | null
}

/** One attempt that failed: what the caller is told (`error`), and what guard and breaker make of it. */
export class AttemptFailure extends Error {
  readonly error: AppError
  readonly traits: FailureTraits

  constructor(error: AppError, traits: Partial<FailureTraits> = {}) {
    super(error.message, { cause: error.cause })
    this.name = 'AttemptFailure'
    this.error = error
    this.traits = { outcome: 'failure', retryable: false, retryAfterMs: null, ...traits }
  }
}

/** The connection could not be made, broke, or carried something that is no HTTP: worth another attempt. */
export function brokenConnection(cause: unknown): AttemptFailure {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
  return new AttemptFailure(new AppError('origin_failed', `The origin could not be read${code}`, {}, { cause }), {
    retryable: true,
  })
}

export function tooSlow(timeoutMs: number): AttemptFailure {
  return new AttemptFailure(
    new AppError('origin_deadline', `The origin did not answer within ${timeoutMs} ms`, { limit: timeoutMs }),
    { retryable: true },
  )
}

/** The origin answered, and not in a way that we can use. Its body is never shown: it may speak of its insides. */
export function badAnswer(
  detail: string,
  {
    facts = {},
    code = 'origin_failed',
    ...traits
  }: Partial<FailureTraits> & { facts?: ErrorFacts; code?: ErrorCode } = {},
): AttemptFailure {
  return new AttemptFailure(new AppError(code, detail, facts), traits)
}

const RETRYABLE_STATUS = new Set([429, 502, 503, 504])

/** A status that is neither a value nor an absence. Below 500 the origin is alive: it counts as healthy. */
export function badStatus(status: number, retryAfter: string | undefined, nowWallMs: number): AttemptFailure {
  const retryAfterMs = RETRYABLE_STATUS.has(status) ? readRetryAfterMs(retryAfter, nowWallMs) : null
  return badAnswer(`The origin answered with status ${status}`, {
    facts: { field: 'status', limit: status, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
    // 429 tells of our haste, not of the origin's health.
    outcome: status >= 500 ? 'failure' : status === 429 ? 'neutral' : 'success',
    retryable: RETRYABLE_STATUS.has(status),
    retryAfterMs,
  })
}

/** Retry-After (RFC 9110, section 10.2.3): seconds, or a date; null when it is neither. */
function readRetryAfterMs(value: string | undefined, nowWallMs: number): number | null {
  if (value === undefined) return null
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const at = parseHttpDate(value)
  return at === null ? null : Math.max(0, at - nowWallMs)
}
