import { mintToken } from '@freshet/core/access/api-key'
import type { Db } from '@freshet/db/client'
import { passwordMatches } from '@freshet/db/passwords'
import { listApiKeys } from '@freshet/db/queries/api-keys'
import { readControlDocument } from '@freshet/db/queries/control-document'
import { changeControl } from '@freshet/db/queries/control-revision'
import { findPolicy, savePolicy } from '@freshet/db/queries/namespace-policies'
import { findUserByEmail } from '@freshet/db/queries/users'
import { openTestDb } from '@freshet/db/testing/open-test-db'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { seedApiKey } from './seed-api-key.ts'
import { demoEmail, seedPeople } from './seed-people.ts'
import { seedPolicies } from './seed-policies.ts'

const SECRET = 'a secret of at least thirty-two characters'
const SHOP = 'http://127.0.0.1:9600'
let db: Db
beforeEach(async () => {
  ;({ db } = await openTestDb(onTestFinished))
})

const revision = async () => (await readControlDocument(db)).revision

describe('policies', () => {
  it('read every part of the shop through and keep sessions without an origin', async () => {
    await seedPolicies(db, SHOP)
    const { namespaces } = await readControlDocument(db)
    expect(Object.fromEntries(namespaces.map(({ name, origin }) => [name, origin?.url ?? null]))).toEqual({
      products: `${SHOP}/products/{1}`,
      categories: `${SHOP}/categories/{1}`,
      users: `${SHOP}/users/{1}`,
      recommendations: `${SHOP}/users/{1}/recommendations`,
      reviews: `${SHOP}/reviews/{1}`,
      search: `${SHOP}/search?q={1}`,
      sessions: null,
    })
  })

  it('are written once: a warm start tells the nodes nothing new', async () => {
    await seedPolicies(db, SHOP)
    const before = await revision()
    await seedPolicies(db, SHOP)
    expect(await revision()).toBe(before)
  })

  it('leave what a person has edited, but for the address of the shop', async () => {
    await seedPolicies(db, SHOP)
    const products = await findPolicy(db, 'products')
    const users = await findPolicy(db, 'users')
    if (!products?.policy.origin || !users?.policy.origin) throw new Error('not seeded')
    const edited = { ...products.policy, ttlMs: 1_234, origin: { ...products.policy.origin, retries: 0 } }
    const elsewhere = { ...users.policy, origin: { ...users.policy.origin, url: 'https://people.example/{1}' } }
    await changeControl(db, async (tx) => {
      await savePolicy(tx, edited, 2, 'ada')
      await savePolicy(tx, elsewhere, 2, 'ada')
    })
    await seedPolicies(db, 'http://127.0.0.1:9700')
    expect(await findPolicy(db, 'products')).toMatchObject({
      version: 3,
      updatedBy: 'ada',
      policy: { ttlMs: 1_234, origin: { url: 'http://127.0.0.1:9700/products/{1}', retries: 0 } },
    })
    expect((await findPolicy(db, 'users'))?.policy.origin?.url).toBe('https://people.example/{1}')
    expect((await findPolicy(db, 'reviews'))?.policy.origin?.url).toBe('http://127.0.0.1:9700/reviews/{1}')
  })
})

describe('people', () => {
  it('are one of each role, who can sign in with the password of today', async () => {
    await seedPeople(db, 'first password')
    await seedPeople(db, 'second password')
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      const person = await findUserByEmail(db, demoEmail(role))
      expect(person).toMatchObject({ role, namespaces: '*', disabledAt: null })
      expect(await passwordMatches('second password', person?.passwordHash ?? null)).toBe(true)
      expect(await passwordMatches('first password', person?.passwordHash ?? null)).toBe(false)
    }
  })
})

describe('the API key', () => {
  it('is minted when none is given, and is one that nodes know', async () => {
    const token = await seedApiKey(db, SECRET, undefined)
    const { apiKeys } = await readControlDocument(db)
    expect(apiKeys).toHaveLength(1)
    expect(token).toContain(apiKeys[0]?.id)
    expect(apiKeys[0]).toMatchObject({ namespaces: '*', revokedAt: null })
  })

  it('stays the same when it is given again, and tells the nodes nothing new', async () => {
    const token = await seedApiKey(db, SECRET, undefined)
    const before = await revision()
    expect(await seedApiKey(db, SECRET, token)).toBe(token)
    expect(await revision()).toBe(before)
  })

  it('is the one given when the database does not know it yet', async () => {
    const { token } = mintToken()
    expect(await seedApiKey(db, SECRET, token)).toBe(token)
    expect(await seedApiKey(db, SECRET, token)).toBe(token)
  })

  it.each([
    ['has no shape of a token', async () => 'nonsense'],
    ['has a known id and another secret', async (token: string) => `${token.slice(0, -3)}AAA`],
  ])('is replaced when the one given %s, and the old one is revoked', async (_what, spoil) => {
    const old = await seedApiKey(db, SECRET, undefined)
    const token = await seedApiKey(db, SECRET, await spoil(old))
    expect(token).not.toBe(old)
    const keys = await listApiKeys(db)
    expect(keys.filter(({ record }) => record.revokedAt === null).map(({ record }) => record.id)).toEqual([
      token.slice(3, 15),
    ])
    expect(keys).toHaveLength(2)
  })

  it('is replaced when the secret of the installation is another one', async () => {
    const old = await seedApiKey(db, SECRET, undefined)
    expect(await seedApiKey(db, `${SECRET}!`, old)).not.toBe(old)
  })
})
