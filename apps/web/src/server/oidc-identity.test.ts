import { expect, test } from 'vitest'
import { toOidcIdentity } from './oidc-identity'

const claims = { iss: 'https://id.test', sub: '42', email: 'ada@corp.test' }

test('claims become an identity; what is not vouched for counts as not verified', () => {
  expect(toOidcIdentity(claims, 'groups')).toEqual({
    issuer: 'https://id.test',
    subject: '42',
    email: 'ada@corp.test',
    emailVerified: false,
    name: 'ada@corp.test',
    groups: [],
  })
})

test('groups come from the configured claim, as a list or as one name', () => {
  expect(toOidcIdentity({ ...claims, roles: ['sre', 'dev'] }, 'roles').groups).toEqual(['sre', 'dev'])
  expect(toOidcIdentity({ ...claims, groups: 'sre' }, 'groups').groups).toEqual(['sre'])
  expect(toOidcIdentity({ ...claims, groups: { sre: true } }, 'groups').groups).toEqual([])
})

test('only a true email_verified is true', () => {
  expect(toOidcIdentity({ ...claims, email_verified: 'true' }, 'groups').emailVerified).toBe(true)
  expect(toOidcIdentity({ ...claims, email_verified: 'false' }, 'groups').emailVerified).toBe(false)
})

test('somebody without subject or address is nobody', () => {
  expect(() => toOidcIdentity({ ...claims, sub: '' }, 'groups')).toThrow()
  expect(() => toOidcIdentity({ ...claims, email: undefined }, 'groups')).toThrow()
})
