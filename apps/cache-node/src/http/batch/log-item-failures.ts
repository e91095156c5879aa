import { AppError } from '@freshet/core/errors/app-error'
import type { Complain } from '../../quietly.ts'

/**
 * Logs what went wrong inside a batch, one line per error code and not per key: an origin that is down fails a thousand
 * keys at once. Callers see code and public text only; the first cause is what an operator needs.
 */
export function logItemFailures(complain: Complain, reqId: string, results: readonly unknown[]): void {
  const byCode = new Map<string, { first: AppError; keys: number }>()
  for (const result of results)
    if (result instanceof AppError && result.status >= 500)
      byCode.set(result.code, {
        first: byCode.get(result.code)?.first ?? result,
        keys: (byCode.get(result.code)?.keys ?? 0) + 1,
      })
  for (const [code, { first, keys }] of byCode)
    complain(`keys of a batch (${code})`, first.cause ?? first, { reqId, keys })
}
