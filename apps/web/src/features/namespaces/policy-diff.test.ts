import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { expect, test } from 'vitest'
import { diffPolicies, rebasePolicy } from './policy-diff'

const url = 'http://origin.test/{1}'
const policy = (facts: object = {}) => NamespacePolicy.parse({ name: 'users', ...facts })

test('equal policies do not differ', () => {
  expect(diffPolicies(policy({ origin: { url } }), policy({ origin: { url } }))).toEqual([])
})

test('differences are named by the path of their field', () => {
  const changes = diffPolicies(policy({ ttlMs: 1_000, origin: { url } }), policy({ origin: { url, retries: 0 } }))
  expect(changes).toEqual([
    { path: 'ttlMs', before: 1_000, after: 60_000 },
    { path: 'origin.retries', before: 2, after: 0 },
  ])
})

test('an origin that was added or taken away is one difference', () => {
  expect(diffPolicies(policy(), policy({ origin: { url } })).map((change) => change.path)).toEqual(['origin'])
})

test('my changes are laid on the newest version, and only they', () => {
  const base = policy({ origin: { url } })
  const mine = policy({ ttlMs: 5_000, origin: { url, retries: 0 } })
  const newest = policy({ ttlMs: 9_000, swrMs: 1, origin: { url, deadlineMs: 900 } })
  const merged = rebasePolicy(base, mine, newest)
  expect(merged).toEqual(policy({ ttlMs: 5_000, swrMs: 1, origin: { url, retries: 0, deadlineMs: 900 } }))
})

test('an origin that I removed stays removed though somebody edited it', () => {
  const merged = rebasePolicy(policy({ origin: { url } }), policy(), policy({ origin: { url, retries: 5 } }))
  expect(merged.origin).toBeNull()
})

test('header lists are taken whole', () => {
  const header = (value: string) => ({ name: 'x-a', value, secret: false })
  const base = policy({ origin: { url, headers: [header('1')] } })
  const mine = policy({ origin: { url, headers: [header('2')] } })
  const newest = policy({ origin: { url, headers: [header('3'), header('4')] } })
  expect(rebasePolicy(base, mine, newest).origin?.headers).toEqual([header('2')])
})
