import { AppError } from '@freshet/core/errors/app-error'
import type { z } from 'zod'

/** Parses what came over the wire; the first fault becomes an `invalid` that names the field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, where: string): z.infer<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue === undefined || issue.path.length === 0 ? where : issue.path.join('.')
  const limit =
    issue && 'maximum' in issue
      ? Number(issue.maximum)
      : issue && 'minimum' in issue
        ? Number(issue.minimum)
        : undefined
  throw new AppError('invalid', `${field}: ${issue?.message.slice(0, 200) ?? 'not as documented'}`, {
    field,
    ...(limit === undefined ? {} : { limit }),
  })
}
