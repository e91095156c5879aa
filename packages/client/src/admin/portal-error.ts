import { TRPCClientError } from '@trpc/client'
import { z } from 'zod'
import { FreshetError } from '../errors/freshet-error.ts'
import { ErrorCodeName } from '../errors/read-problem.ts'

const Problem = z.object({
  code: ErrorCodeName,
  status: z.number(),
  detail: z.string(),
  field: z.string().optional(),
  limit: z.union([z.number(), z.string()]).optional(),
  state: z.string().optional(),
  requestId: z.string().optional(),
})

/** The portal's problem document as an error; `unreachable` where a call brought none. */
export function toPortalError(error: unknown): FreshetError {
  const problem = Problem.safeParse(error instanceof TRPCClientError ? error.data : null)
  if (problem.success) {
    const { code, detail, ...facts } = problem.data
    return new FreshetError(code, detail, facts, { cause: error })
  }
  const reason = error instanceof Error && error.message !== '' ? `: ${error.message}` : ''
  const message = `The portal gave no answer that could be understood${reason}`
  return new FreshetError('unreachable', message, {}, { cause: error })
}
