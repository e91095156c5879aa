import type { FreshetError, FreshetErrorCode } from '../errors/freshet-error.ts'
import type { AttemptFailure } from './attempt.ts'

/**
 * What to do after an attempt that brought no answer. `elsewhere`: at once, at a node that was not asked yet; it costs
 * nothing, since who is gone does no work. `again`: after a while, wherever, out of the budget; `afterMs` is the least that
 * the node wants. `give-up`: the caller is told.
 */
export type Verdict = { do: 'elsewhere' } | { do: 'again'; afterMs: number } | { do: 'give-up' }

/** Refused before anything was done, whatever the request was. */
const NOT_DONE: ReadonlySet<FreshetErrorCode> = new Set(['rate_limited'])
/** Another attempt may succeed, and another node may know better. Origins have retries of their own: theirs are not here. */
const PASSING: ReadonlySet<FreshetErrorCode> = new Set([
  'log_unavailable',
  'store_unavailable',
  'peer_unavailable',
  'node_unavailable',
  'issuer_unavailable',
  'degraded',
  'conflict',
])
/** Said by balancers and proxies whose node did not answer them. */
const GATEWAY = new Set([502, 503, 504])

/** After no answer at all. */
export function afterFailure({ maybeDone, timedOut }: AttemptFailure, repeatable: boolean): Verdict {
  if (maybeDone && !repeatable) return { do: 'give-up' }
  // Who did not answer in time may be at work on it, so a repeat is more work.
  return timedOut ? { do: 'again', afterMs: 0 } : { do: 'elsewhere' }
}

/** After an answer that is an error. */
export function afterError({ code, facts }: FreshetError, repeatable: boolean): Verdict {
  const afterMs = facts.retryAfterMs ?? 0
  if (NOT_DONE.has(code)) return { do: 'again', afterMs }
  if (!repeatable) return { do: 'give-up' }
  if (code === 'draining') return { do: 'elsewhere' }
  const passing = PASSING.has(code) || (code === 'unreachable' && GATEWAY.has(facts.status ?? 0))
  return passing ? { do: 'again', afterMs } : { do: 'give-up' }
}

/** Whether an error says that its node is not to be asked for now. */
export function isNodesFault({ code, facts }: FreshetError): boolean {
  return code === 'draining' || (code === 'unreachable' && GATEWAY.has(facts.status ?? 0))
}
