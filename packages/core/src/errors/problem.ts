import { AppError } from './app-error.ts'
import { type ErrorCode, errorCodes } from './codes.ts'

/** An RFC 9457 problem document. */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  field?: string
  limit?: number | string
  state?: string
  requestId?: string
}

/** Turns an error into the document a caller may see. An unknown error shows no text of its own. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known =
    error instanceof AppError ? error : new AppError('internal', 'The error was logged under this request id')
  const { field, limit, state } = known.facts
  return {
    type: `urn:freshet:error:${known.code}`,
    title: errorCodes[known.code].title,
    status: known.status,
    code: known.code,
    detail: known.message,
    ...(field === undefined ? {} : { field }),
    ...(limit === undefined ? {} : { limit }),
    ...(state === undefined ? {} : { state }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}
