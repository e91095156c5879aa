import { AppError } from '@freshet/core/errors/app-error'
import type { ErrorCode } from '@freshet/core/errors/codes'
import { toProblem } from '@freshet/core/errors/problem'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Complain } from '../quietly.ts'

const TOO_LARGE = 'FST_ERR_CTP_BODY_TOO_LARGE'

/** Fastify's own refusals, in our words. */
const FASTIFY_CODES: Record<string, [code: ErrorCode, detail: string, field?: string]> = {
  [TOO_LARGE]: ['payload_too_large', 'The request body is larger than this route takes', 'body'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'Content-Length and the body differ', 'Content-Length'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Content-Type is not a media type', 'Content-Type'],
  FST_ERR_BAD_URL: ['bad_request', 'The key in the path is not valid percent-encoded UTF-8', 'key'],
}

export type ReplyWithProblem = (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => void

/** Sends any error as problem+json (RFC 9457); what is not an AppError shows no text of its own and is logged. */
export function createProblemReply(complain: Complain): ReplyWithProblem {
  return (error, request, reply) => {
    const known = toAppError(error, request.routeOptions.bodyLimit)
    if ('code' in error && error.code === TOO_LARGE) stayOpen(reply)
    if (known === null) request.log.error({ err: error }, 'request failed')
    else complainOf(known, request.id, complain)
    send(known ?? error, request, reply)
  }
}

/** Tells the log what lies behind an answer that is no fault of the caller's. */
export function complainOf({ code, status, cause }: AppError, reqId: string, complain: Complain): void {
  if (cause !== undefined && status >= 500) complain(`request (${code})`, cause, { code, reqId })
}

function send(error: AppError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, request.id)
  if (error instanceof AppError && error.facts.retryAfterMs !== undefined)
    reply.header('retry-after', String(Math.max(1, Math.ceil(error.facts.retryAfterMs / 1_000))))
  // A path that no router could read passes no hook, so the id is set here as well.
  reply.header('x-request-id', request.id)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="freshet"')
  reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
}

/**
 * Fastify would close the connection, on which the rest of the body still comes: the kernel then resets it, and the client
 * sees a broken pipe instead of our answer. Left open, node:http reads the rest and drops it, until the request's time is up.
 */
function stayOpen(reply: FastifyReply): void {
  reply.removeHeader('connection')
}

function toAppError(error: FastifyError | Error, bodyLimit: number | undefined): AppError | null {
  if (error instanceof AppError) return error
  const known = 'code' in error && typeof error.code === 'string' ? FASTIFY_CODES[error.code] : undefined
  if (known !== undefined) {
    const [code, detail, field] = known
    return new AppError(code, detail, {
      ...(field !== undefined && { field }),
      ...(code === 'payload_too_large' && bodyLimit !== undefined && { limit: bodyLimit }),
    })
  }
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  // A refusal of the framework that we have no words for is still the client's fault, and must not look like ours.
  return status >= 400 && status < 500 ? new AppError('bad_request', 'The request could not be read') : null
}
