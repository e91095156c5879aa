import { AppError } from '@freshet/core/errors/app-error'
import type { z } from 'zod'

/** Parses what came over the wire; the first fault becomes an `invalid` that names the field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, where: string): z.infer<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue === undefined || issue.path.length === 0 ? where : issue.path.join('.')
  const limit = issue && limitOf(issue)
  throw new AppError('invalid', `${field}: ${issue?.message.slice(0, 200) ?? 'not as documented'}`, {
    field,
    ...(limit === undefined ? {} : { limit }),
  })
}

/** The number that was broken, where one was: schemas of our own put it into `params`. */
function limitOf(issue: z.core.$ZodIssue): number | undefined {
  if ('maximum' in issue) return Number(issue.maximum)
  if ('minimum' in issue) return Number(issue.minimum)
  const limit = issue.code === 'custom' ? issue.params?.limit : undefined
  return typeof limit === 'number' ? limit : undefined
}
