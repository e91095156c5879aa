import { type NamespaceGrant, principalOf, type Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import type { Matchers } from '@freshet/core/invalidation/invalidation'
import { expect, it } from 'vitest'
import { authorizeMatchers } from './authorize-matchers.ts'

const none: Matchers = { keys: [], tags: [], patterns: [], namespaces: [], all: false }

function verdict(scopes: Scope[], namespaces: NamespaceGrant, matchers: Partial<Matchers>) {
  try {
    return authorizeMatchers(principalOf({ kind: 'key', id: '1', name: 'one' }, scopes, namespaces), {
      ...none,
      ...matchers,
    })
  } catch (error) {
    return error instanceof AppError ? error.code : error
  }
}

it.each<[Partial<Matchers>, Scope[], NamespaceGrant, unknown]>([
  [{ keys: ['shop:1'] }, ['invalidate'], ['shop'], ['shop']],
  [{ keys: ['shop:1', 'users:1'] }, ['invalidate'], ['shop'], 'namespace_forbidden'],
  [{ keys: ['plain'] }, ['invalidate'], ['shop'], 'namespace_forbidden'],
  [{ keys: ['shop:1'] }, ['read', 'write'], '*', 'scope_missing'],
  [{ keys: ['shop:1'] }, ['admin'], '*', '*'],
  [{ namespaces: ['shop'] }, ['invalidate'], ['shop'], ['shop']],
  [{ namespaces: ['users'] }, ['invalidate'], ['shop'], 'namespace_forbidden'],
  [{ tags: ['t'] }, ['invalidate'], '*', '*'],
  [{ tags: ['t'] }, ['invalidate'], ['b', 'a'], ['a', 'b']],
  [{ tags: ['t'] }, ['invalidate'], [], 'namespace_forbidden'],
  [{ patterns: ['shop:*'] }, ['invalidate'], ['shop'], ['shop']],
  [{ patterns: ['users:*'] }, ['invalidate'], ['shop'], 'namespace_forbidden'],
  [{ patterns: ['users'] }, ['invalidate'], ['users'], 'namespace_forbidden'],
  [{ patterns: ['*:1'] }, ['invalidate'], ['shop'], ['shop']],
  [{ patterns: ['[su]*:1'] }, ['invalidate'], ['shop'], ['shop']],
  [{ all: true }, ['invalidate'], '*', 'scope_missing'],
  [{ all: true }, ['admin'], ['shop'], 'namespace_forbidden'],
  [{ all: true }, ['admin'], '*', '*'],
])('%j with %j in %j: %j', (matchers, scopes, namespaces, expected) => {
  expect(verdict(scopes, namespaces, matchers)).toEqual(expected)
})
