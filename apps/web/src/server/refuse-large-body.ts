import { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'

/** Far above any policy; the portal takes no values. */
const MAX_BODY_BYTES = 1_048_576

/** The answer to a request whose body is too large or of unknown length; null when it may be read. */
export function refuseLargeBody(request: Request): Response | null {
  if (request.body === null) return null
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  if (length <= MAX_BODY_BYTES) return null
  const detail = Number.isNaN(length)
    ? 'Send a Content-Length: bodies of unknown size are not read here'
    : `A request body has at most ${MAX_BODY_BYTES} bytes`
  const problem = toProblem(new AppError('payload_too_large', detail, { field: 'body', limit: MAX_BODY_BYTES }))
  return Response.json(problem, { status: problem.status, headers: { 'content-type': 'application/problem+json' } })
}
