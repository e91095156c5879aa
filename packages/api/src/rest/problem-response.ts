import type { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'

/** An error as RFC 9457 writes it. */
export function problemResponse(error: AppError, requestId: string, headers: Record<string, string> = {}): Response {
  const { retryAfterMs } = error.facts
  return Response.json(toProblem(error, requestId), {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
      ...headers,
    },
  })
}
