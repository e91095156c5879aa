import { errorCodes } from '@freshet/core/errors/codes'
import { z } from 'zod'
import type { Reply } from '../transport/reply.ts'
import { FreshetError, type FreshetErrorCode } from './freshet-error.ts'

/** A code of the installation's. */
export const ErrorCodeName = z.enum(
  Object.keys(errorCodes) as [keyof typeof errorCodes, ...(keyof typeof errorCodes)[]],
)

const Problem = z.object({
  code: ErrorCodeName,
  detail: z.string(),
  field: z.string().optional(),
  limit: z.union([z.string(), z.number()]).optional(),
  state: z.string().optional(),
})

/** Makes an error of an answer that is one. What is no problem document comes from somebody in between, or is too new. */
export function errorOf(reply: Reply): FreshetError {
  const { status } = reply
  const facts = {
    status,
    requestId: reply.headers.get('x-request-id') ?? undefined,
    retryAfterMs: retryAfterMs(reply.headers.get('retry-after')),
  }
  const problem = Problem.safeParse(jsonOf(reply))
  if (!problem.success) return new FreshetError('unreachable', `No node's answer, but status ${status}`, facts)
  const { code, detail, ...rest } = problem.data
  return new FreshetError(code, detail, { ...facts, ...rest })
}

/** The code of an answer that is an error; null when it is none of ours. */
export function codeOf(reply: Reply): FreshetErrorCode | null {
  const problem = Problem.pick({ code: true }).safeParse(jsonOf(reply))
  return problem.success ? problem.data.code : null
}

/** Seconds, as nodes say it; a date is what others may say, and nothing is known then. */
export function retryAfterMs(field: string | null): number | undefined {
  return field !== null && /^\d{1,6}$/.test(field) ? Number(field) * 1_000 : undefined
}

function jsonOf({ headers, body }: Reply): unknown {
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true) return null
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}
