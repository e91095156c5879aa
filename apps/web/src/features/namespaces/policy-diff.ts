import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'

export interface PolicyChange {
  /** Dotted path of the field. */
  path: string
  before: unknown
  after: unknown
}

/**
 * The fields in which two policies differ. Objects are walked, lists are one value: half of a header list from one
 * person and half from another would be nobody's intent.
 */
export function diffPolicies(before: NamespacePolicy, after: NamespacePolicy): PolicyChange[] {
  return diffValues('', before, after)
}

/** The newest version with one's own changes laid on top; `mine` began from `base`. */
export function rebasePolicy(base: NamespacePolicy, mine: NamespacePolicy, newest: NamespacePolicy): NamespacePolicy {
  // Where one side has no origin (or batch form) at all, there are no fields to merge: my whole object stands.
  return mergeValues(base, mine, newest) as NamespacePolicy
}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function diffValues(path: string, before: unknown, after: unknown): PolicyChange[] {
  if (isFields(before) && isFields(after))
    return keysOf(before, after).flatMap((key) => diffValues(path ? `${path}.${key}` : key, before[key], after[key]))
  return same(before, after) ? [] : [{ path, before, after }]
}

function mergeValues(base: unknown, mine: unknown, newest: unknown): unknown {
  if (same(base, mine)) return newest
  if (!isFields(base) || !isFields(mine) || !isFields(newest)) return mine
  return Object.fromEntries(keysOf(mine, newest).map((key) => [key, mergeValues(base[key], mine[key], newest[key])]))
}

function keysOf(a: Fields, b: Fields): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => same(value, b[index]))
  if (isFields(a) && isFields(b)) return keysOf(a, b).every((key) => same(a[key], b[key]))
  return Object.is(a, b)
}
