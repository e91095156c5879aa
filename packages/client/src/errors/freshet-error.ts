import type { ErrorCode } from '@freshet/core/errors/codes'

/**
 * A stable code: the installation's own (each has a paragraph in docs/failure-modes.md), or one of a client's.
 * `unreachable`: nobody answered; no connection, a proxy's error page, an answer that is not Freshet's. `deadline`: the call
 * took longer than it may. `too_many_loads`: the cache is away and as many loads as may be are under way without it.
 */
export type FreshetErrorCode = ErrorCode | 'unreachable' | 'deadline' | 'too_many_loads'

/** What is known of a failure beside its code and its sentence. */
export interface FreshetErrorFacts {
  /** Of the HTTP answer; undefined: there was none. */
  status?: number
  /** The part of the request that was refused, e.g. `policy.ttlMs`. */
  field?: string
  /** The limit that was exceeded. */
  limit?: number | string
  /** Of the node that could not know better, e.g. `degraded`. */
  state?: string
  /** How long to wait before another attempt, milliseconds. */
  retryAfterMs?: number
  /** Of the request, as the server logged it. */
  requestId?: string
}

/** Every failure of a call, whichever client it was made with. */
export class FreshetError extends Error {
  override readonly name = 'FreshetError'
  readonly code: FreshetErrorCode
  readonly facts: FreshetErrorFacts

  constructor(code: FreshetErrorCode, message: string, facts: FreshetErrorFacts = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.facts = facts
  }
}
