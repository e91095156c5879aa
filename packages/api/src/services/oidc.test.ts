import { expect, test } from 'vitest'
import { OidcRoleMap, rightsOfGroups } from './oidc.ts'

const map = OidcRoleMap.parse({
  sre: 'admin',
  oncall: 'operator',
  shop: { role: 'operator', namespaces: ['shop', 'cart'] },
  users: { role: 'operator', namespaces: ['users'] },
  interns: { role: 'viewer', namespaces: ['sandbox'] },
})

test.each([
  ['no group', [], { role: 'viewer', namespaces: '*' }],
  ['a group that means nothing', ['people'], { role: 'viewer', namespaces: '*' }],
  ['a name that every object has', ['constructor', '__proto__'], { role: 'viewer', namespaces: '*' }],
  ['one group', ['shop'], { role: 'operator', namespaces: ['shop', 'cart'] }],
  [
    'groups of one role join their namespaces',
    ['shop', 'users'],
    { role: 'operator', namespaces: ['shop', 'cart', 'users'] },
  ],
  ['one of them reaches all', ['shop', 'oncall'], { role: 'operator', namespaces: '*' }],
  ['the highest role wins', ['interns', 'sre', 'shop'], { role: 'admin', namespaces: '*' }],
  ['a lower role lends no namespaces', ['interns', 'shop'], { role: 'operator', namespaces: ['shop', 'cart'] }],
  ['a low role is no more than it says', ['interns'], { role: 'viewer', namespaces: ['sandbox'] }],
])('%s', (_case, groups, rights) => {
  expect(rightsOfGroups(groups, map)).toEqual(rights)
})

test('a role that does not exist is refused at start', () => {
  expect(OidcRoleMap.safeParse({ sre: 'root' }).success).toBe(false)
})
