import { z } from 'zod'
import { describePatternFault, parsePattern } from './parse-pattern.ts'

/** A pattern at a boundary: HTTP bodies, job payloads, event rules. An issue's `params.limit` is what was exceeded. */
export const CachePattern = z.string().superRefine((source, ctx) => {
  const pattern = parsePattern(source)
  if ('reason' in pattern) {
    ctx.addIssue({ code: 'custom', message: describePatternFault(pattern), params: { limit: pattern.limit } })
  }
})
