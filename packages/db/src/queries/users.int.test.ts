import { afterAll, expect, test } from 'vitest'
import { isDuplicate } from '../failures.ts'
import { openTestDb } from '../testing/open-test-db.ts'
import { createUser, findUserByEmail, findUserById, findUserByOidc, updateUser, upsertUser } from './users.ts'

const { db } = await openTestDb(afterAll)

test('one address is one person, however it is typed', async () => {
  const ann = await createUser(
    db,
    { email: ' Ann@Example.ORG ', name: 'Ann', role: 'viewer', namespaces: '*' },
    'tester',
  )
  expect(ann.email).toBe('ann@example.org')
  expect(await findUserByEmail(db, 'ANN@example.org')).toEqual(ann)
  expect(await findUserById(db, ann.id)).toEqual(ann)
  const facts = { email: 'ann@example.org', name: 'Ann', role: 'viewer', namespaces: '*' } as const
  const again = await createUser(db, facts, 'tester').catch((error: unknown) => error)
  expect(isDuplicate(again)).toBe(true)
})

test('an OIDC subject is known within its issuer only', async () => {
  const oidc = { issuer: 'https://idp.one', subject: '42' }
  const bob = await createUser(
    db,
    {
      email: 'bob@example.org',
      name: 'Bob',
      role: 'operator',
      namespaces: ['shop'],
      oidc,
    },
    'tester',
  )
  expect(await findUserByOidc(db, 'https://idp.one', '42')).toEqual(bob)
  expect(await findUserByOidc(db, 'https://idp.two', '42')).toBeNull()
})

test('what is not said stays', async () => {
  const cy = await createUser(
    db,
    {
      email: 'cy@example.org',
      name: 'Cy',
      role: 'admin',
      namespaces: ['a', 'b'],
      passwordHash: 'scrypt:...',
    },
    'tester',
  )
  expect(await updateUser(db, cy.id, { name: 'Cyd' }, 'tester')).toEqual({ ...cy, name: 'Cyd' })
})

test('a seeded account is made once and then brought up to date', async () => {
  const facts = { email: 'demo@example.org', name: 'Demo', role: 'viewer', namespaces: '*' } as const
  const first = await upsertUser(db, facts)
  const second = await upsertUser(db, { ...facts, email: 'DEMO@example.org', role: 'admin' })
  expect(second).toEqual({ ...first, role: 'admin' })
})

test('nobody is found under an id that is none', async () => {
  expect(await findUserById(db, '00000000-0000-7000-8000-000000000000')).toBeNull()
  expect(await findUserById(db, 'not-a-uuid')).toBeNull()
})
