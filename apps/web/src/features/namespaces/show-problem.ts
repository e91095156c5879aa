import type { Problem } from '@freshet/core/errors/problem'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { FieldPath, UseFormReturn } from 'react-hook-form'

/** Shows a refusal at the field that it is about. False when it is about none, and must be said elsewhere. */
export function showProblem(form: UseFormReturn<NamespacePolicy>, problem: Pick<Problem, 'field' | 'detail'> | null) {
  const path = problem?.field?.replace(/^policy\./, '')
  if (!path || !isOfForm(form, path)) return false
  form.setError(path, { message: problem?.detail }, { shouldFocus: true })
  return true
}

function isOfForm(form: UseFormReturn<NamespacePolicy>, path: string): path is FieldPath<NamespacePolicy> {
  return form.getValues(path as FieldPath<NamespacePolicy>) !== undefined
}
