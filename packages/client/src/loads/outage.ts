import { FreshetError } from '../errors/freshet-error.ts'

/** Statuses by which a node says that it is not the request's fault. */
const PASSING = new Set([408, 409, 429])

/** Whether a call failed because the cache cannot be asked, rather than because of how it was asked. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof FreshetError)) return false
  const { status } = error.facts
  return status === undefined ? error.code !== 'invalid' : status >= 500 || PASSING.has(status)
}
