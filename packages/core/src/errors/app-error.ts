import { type ErrorCode, errorCodes } from './codes.ts'

/** What a caller is told beside code and detail: the offending field, the limit it broke, when to come back. */
export interface ErrorFacts {
  field?: string
  limit?: number | string
  retryAfterMs?: number
  /** Further problem+json members, e.g. the coherence state. Public: never put internals here. */
  state?: string
}

/**
 * An error with a stable code. `detail` is public text; what must stay internal goes into `cause`, which is logged and
 * never sent.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, detail: string, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }

  get status(): number {
    return errorCodes[this.code].status
  }
}
