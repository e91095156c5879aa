import { authorize, type Principal, type Scope } from '@freshet/core/access/permissions'
import type { Reach } from '@freshet/core/coherence/log-record'

/**
 * Throws `scope_missing` or `namespace_forbidden` unless the principal may do this in every namespace of a reach. What
 * reaches all of them, those to come included, needs `admin`, except to read it.
 */
export function authorizeReach(principal: Principal, scope: Scope, reach: Reach): void {
  if (reach === '*') authorize(principal, scope === 'read' ? 'read' : 'admin', '*')
  else for (const namespace of reach) authorize(principal, scope, namespace)
}
