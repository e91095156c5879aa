import { AppError } from '@freshet/core/errors/app-error'
import { isDatabaseUnavailable } from '@freshet/db/failures'
import { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'

/** tRPC's name for each HTTP status that our codes have. */
const TRPC_CODES: Record<number, TRPCError['code']> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_CONTENT',
  428: 'PRECONDITION_REQUIRED',
  429: 'TOO_MANY_REQUESTS',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
}

/** What a caller is told of any failure. An error that nobody foresaw keeps its text to itself. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof TRPCError) return fromTrpcError(error)
  if (isDatabaseUnavailable(error))
    return new AppError('database_unavailable', 'PostgreSQL does not answer; try again shortly', {}, { cause: error })
  return new AppError('internal', 'The error was logged under this request id', {}, { cause: error })
}

/** What tRPC itself refuses: inputs that do not parse, unknown procedures, wrong methods; else look at the cause. */
function fromTrpcError(error: TRPCError): AppError {
  if (error.cause instanceof AppError) return error.cause
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) return fromZodError(error.cause)
  if (error.code === 'NOT_FOUND') return new AppError('not_found', error.message, {}, { cause: error })
  if (error.code === 'METHOD_NOT_SUPPORTED') return new AppError('method_not_allowed', error.message)
  if (error.code === 'UNSUPPORTED_MEDIA_TYPE') return new AppError('unsupported_media_type', error.message)
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return new AppError('bad_request', error.message)
  return toAppError(error.cause ?? new Error(error.message, { cause: error.stack }))
}

/** The first thing that is wrong with an input, by its field. */
export function fromZodError(error: ZodError): AppError {
  const issue = error.issues[0]
  const field = issue?.path.map(String).join('.') || undefined
  const text = issue?.code === 'unrecognized_keys' ? `unknown field: ${issue.keys.join(', ')}` : issue?.message
  return new AppError('invalid', [field, text].filter(Boolean).join(': '), { field }, { cause: error })
}

export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({
    code: TRPC_CODES[error.status] ?? 'INTERNAL_SERVER_ERROR',
    message: error.message,
    cause: error,
  })
}
