import { authorize, type Principal } from '@freshet/core/access/permissions'
import type { Reach } from '@freshet/core/coherence/log-record'
import { AppError } from '@freshet/core/errors/app-error'
import type { Matchers } from '@freshet/core/invalidation/invalidation'
import { reachOf } from '@freshet/core/invalidation/reach'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { parsePattern } from '@freshet/core/patterns/parse-pattern'

/**
 * Whether a caller may end what is named, and within which namespaces tags and patterns then act: those that it holds,
 * so that a tag which others use too ends nothing of theirs. Throws `scope_missing` or `namespace_forbidden`.
 */
export function authorizeMatchers(principal: Principal, matchers: Matchers): Reach {
  requireInvalidate(principal)
  if (matchers.all) authorize(principal, 'admin', '*')
  const namespaces = new Set([...matchers.keys.map(namespaceOf), ...matchers.namespaces])
  for (const source of matchers.patterns) {
    const pattern = parsePattern(source)
    // A pattern inside one namespace is refused outright when the caller does not reach it; a wider one is narrowed.
    if (!('reason' in pattern) && pattern.namespace !== null) namespaces.add(pattern.namespace)
  }
  for (const namespace of namespaces) authorize(principal, 'invalidate', namespace)
  return requireReach(principal)
}

/** Throws `scope_missing` unless the caller may invalidate at all; to be asked before a body is looked at. */
export function requireInvalidate(principal: Principal): void {
  const [somewhere = '*'] = principal.namespaces === '*' ? [] : principal.namespaces
  authorize(principal, 'invalidate', somewhere)
}

/** The namespaces that a caller holds. Throws `namespace_forbidden` when there are none. */
export function requireReach(principal: Principal): Reach {
  const reach = reachOf(principal)
  if (reach !== null) return reach
  throw new AppError('namespace_forbidden', 'The credential reaches no namespace', { field: 'namespace' })
}
