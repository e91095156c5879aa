import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** What a credential may do. Defined once; nodes and portal both ask here. */
export const SCOPES = ['read', 'write', 'invalidate', 'warm', 'admin'] as const
export const Scope = z.enum(SCOPES)
export type Scope = z.infer<typeof Scope>

/** Roles of people. A role is a set of scopes; namespaces are granted beside it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

export const scopesOfRole: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  operator: ['read', 'write', 'invalidate', 'warm'],
  admin: SCOPES,
}

/** Namespaces a credential reaches: all of them, or those listed. */
export const NamespaceGrant = z.union([z.literal('*'), z.array(z.string().min(1).max(128)).max(1_000)])
export type NamespaceGrant = z.infer<typeof NamespaceGrant>

/** Who is asking: a person of the portal, an API key or a JWT's subject. */
export interface Principal {
  kind: 'user' | 'key' | 'token'
  id: string
  name: string
  scopes: ReadonlySet<Scope>
  namespaces: '*' | ReadonlySet<string>
}

export function principalOf(
  who: Pick<Principal, 'kind' | 'id' | 'name'>,
  scopes: Iterable<Scope>,
  namespaces: NamespaceGrant,
): Principal {
  return { ...who, scopes: new Set(scopes), namespaces: namespaces === '*' ? '*' : new Set(namespaces) }
}

/** Admin includes every other scope. */
export function hasScope(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('admin')
}

export function reachesNamespace(principal: Principal, namespace: string): boolean {
  return principal.namespaces === '*' || principal.namespaces.has(namespace)
}

/**
 * Throws `scope_missing` or `namespace_forbidden` unless the principal may do this here. Without a namespace the act
 * concerns all of them, so only a grant of `*` suffices.
 */
export function authorize(principal: Principal, scope: Scope, namespace: string | '*'): void {
  if (!hasScope(principal, scope))
    throw new AppError('scope_missing', `This needs the scope "${scope}"`, { field: 'scope', limit: scope })
  const reached = namespace === '*' ? principal.namespaces === '*' : reachesNamespace(principal, namespace)
  if (!reached)
    throw new AppError(
      'namespace_forbidden',
      namespace === '*'
        ? 'This concerns every namespace and the credential reaches only some'
        : `The credential does not reach the namespace "${namespace}"`,
      { field: 'namespace' },
    )
}
