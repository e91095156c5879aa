import { AppError } from '@freshet/core/errors/app-error'

/** What is said when L2 did not answer. */
export function storeUnavailable(cause: unknown): never {
  throw new AppError('store_unavailable', 'The second tier could not be reached', { retryAfterMs: 1_000 }, { cause })
}
