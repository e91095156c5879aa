import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { authorize, type NamespaceGrant, principalOf, ROLES, SCOPES, type Scope, scopesOfRole } from './permissions.ts'

const who = { kind: 'key' as const, id: '1', name: 'one' }

function verdict(scopes: readonly Scope[], namespaces: NamespaceGrant, scope: Scope, namespace: string): string {
  try {
    authorize(principalOf(who, scopes, namespaces), scope, namespace)
    return 'allowed'
  } catch (error) {
    return error instanceof AppError ? error.code : 'broken'
  }
}

describe('authorize', () => {
  it.each<[readonly Scope[], NamespaceGrant, Scope, string, string]>([
    [['read'], '*', 'read', 'users', 'allowed'],
    [['read'], ['users'], 'read', 'users', 'allowed'],
    [['read'], ['users'], 'read', 'orders', 'namespace_forbidden'],
    [['read'], [], 'read', 'users', 'namespace_forbidden'],
    [['read'], '*', 'write', 'users', 'scope_missing'],
    [['write'], '*', 'read', 'users', 'scope_missing'],
    [[], '*', 'read', 'users', 'scope_missing'],
    [['read'], ['users'], 'read', '*', 'namespace_forbidden'],
    [['read'], '*', 'read', '*', 'allowed'],
    [['read'], ['__proto__'], 'read', 'constructor', 'namespace_forbidden'],
  ])('scopes %j in %j, asked for %s in %s: %s', (scopes, namespaces, scope, namespace, expected) => {
    expect(verdict(scopes, namespaces, scope, namespace)).toBe(expected)
  })

  it('lets admin do everything, but only where it reaches', () => {
    for (const scope of SCOPES) {
      expect(verdict(['admin'], '*', scope, 'users')).toBe('allowed')
      expect(verdict(['admin'], ['users'], scope, 'orders')).toBe('namespace_forbidden')
    }
  })
})

it('gives each role all that the one before it has', () => {
  for (const [i, role] of ROLES.entries()) {
    const before = ROLES[i - 1]
    if (before !== undefined) expect(scopesOfRole[role]).toEqual(expect.arrayContaining([...scopesOfRole[before]]))
  }
  expect(scopesOfRole.viewer).toEqual(['read'])
})
