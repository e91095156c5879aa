import type { ResponseConfig } from '@asteasolutions/zod-to-openapi'
import { AppError } from '@freshet/core/errors/app-error'
import { type ErrorCode, errorCodes } from '@freshet/core/errors/codes'
import { type Problem, toProblem } from '@freshet/core/errors/problem'
import { z } from 'zod'

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457, as `toProblem` makes it. */
export const ProblemDocument = z
  .strictObject({
    type: z.url(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(codes).meta({ description: 'Stable; the heading under which the documentation explains it' }),
    detail: z.string().meta({ description: 'A sentence about this one occurrence' }),
    field: z.string().optional().meta({ description: 'The header, parameter or member at fault' }),
    limit: z.union([z.number(), z.string()]).optional().meta({ description: 'The limit that was broken' }),
    state: z.string().optional().meta({ description: "The node's coherence state, where it explains the refusal" }),
    requestId: z.string().optional().meta({ description: 'The same as in X-Request-Id' }),
  })
  .meta({ id: 'Problem', description: 'What every error looks like (RFC 9457), as application/problem+json.' })

/** What any request with a credential may be answered with before its route is reached. */
export const ACCESS_CODES = [
  'unauthenticated',
  'credential_expired',
  'credential_revoked',
  'scope_missing',
  'namespace_forbidden',
  'rate_limited',
] as const satisfies ErrorCode[]

/** What the framework says of a request that it cannot take; on any route. */
export const FRAMEWORK_CODES = ['bad_request', 'request_timeout', 'headers_too_large'] as const satisfies ErrorCode[]

/** One response for each status that the codes have, with an example for each code. */
export function problems(...listed: readonly ErrorCode[]): Record<string, ResponseConfig> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(listed)) {
    const { status } = errorCodes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), problemResponse(group)]))
}

function problemResponse(group: readonly ErrorCode[]): ResponseConfig {
  const examples = group.map((code) => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: group.map((code) => `${errorCodes[code].title} (\`${code}\`)`).join('; '),
    content: { 'application/problem+json': { schema: ProblemDocument, examples: Object.fromEntries(examples) } },
  }
}

/** `components.examples`: one problem document for each code. */
export function problemExamples(): [code: ErrorCode, example: { summary: string; value: Problem }][] {
  return codes.map((code) => {
    const { title } = errorCodes[code]
    return [code, { summary: title, value: toProblem(new AppError(code, title)) }]
  })
}
