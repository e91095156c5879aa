import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { toNestErrors } from '@hookform/resolvers'
import type { FieldError, Resolver } from 'react-hook-form'
import type { z } from 'zod'
import { isQuantityPath, quantityFields } from './policy-fields'
import { formatQuantity } from './policy-values'

/** The form is checked by the very schema that the server and the nodes parse it with. */
export const policyResolver: Resolver<NamespacePolicy> = (values, _context, options) => {
  const parsed = NamespacePolicy.safeParse(values)
  if (parsed.success) return { values: parsed.data, errors: {} }
  const errors: Record<string, FieldError> = {}
  for (const issue of parsed.error.issues) {
    const path = issue.path.join('.')
    errors[path] ??= { type: issue.code, message: explainIssue(issue) }
  }
  return { values: {}, errors: toNestErrors(errors, options) }
}

/** An issue as a sentence, its limits in the units that the field is typed in. */
export function explainIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.')
  if (isQuantityPath(path)) {
    const { kind } = quantityFields[path]
    if (issue.code === 'too_small') return `At least ${formatQuantity(Number(issue.minimum), kind)}`
    if (issue.code === 'too_big') return `At most ${formatQuantity(Number(issue.maximum), kind)}`
    if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'A whole number' : 'A number'
  }
  if (issue.code === 'too_small' && issue.minimum === 1) return 'This may not be empty'
  return issue.message.charAt(0).toUpperCase() + issue.message.slice(1)
}
