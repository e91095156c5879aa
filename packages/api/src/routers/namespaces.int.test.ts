import { deriveKey, isSealed, openSecret } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { SECRET_MASK } from '../schemas/namespaces.ts'
import { type ControlPlane, startControlPlane, TEST_SECRET } from '../testing/control-plane.ts'

let plane: ControlPlane
let admin: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
})
afterAll(() => plane.stop())
beforeEach(async () => {
  await plane.db.namespacePolicyRow.deleteMany()
})

const put = (name: string, policy: object, more: object = {}, as = admin) =>
  plane.rest('PUT', `/api/namespaces/${name}`, { as, body: { policy, ...more } })
const published = async () =>
  ControlDocument.parse(JSON.parse((await plane.redis.get(redisKeys.controlDocument)) ?? 'null'))
const storedOrigin = async (name: string) =>
  (await published()).namespaces.find((policy) => policy.name === name)?.origin

const origin = (url = 'https://shop.test/{rest}', value = 's3cret') => ({
  url,
  headers: [
    { name: 'Authorization', value, secret: true },
    { name: 'Accept', value: 'application/json' },
  ],
})

test('a new namespace starts with the defaults and is told to the nodes', async () => {
  const answer = await put('shop', { ttlMs: 5_000 })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    policy: { ...defaultPolicy('shop'), ttlMs: 5_000 },
    version: 1,
    updatedBy: admin.email,
    propagation: 'published',
  })
  expect((await published()).namespaces).toEqual([{ ...defaultPolicy('shop'), ttlMs: 5_000 }])
})

test('settings that are left out keep their value', async () => {
  await put('shop', { ttlMs: 5_000, swrMs: 7, origin: { url: 'https://shop.test/{rest}' } })
  const { body } = await put('shop', { swrMs: 8 })
  expect(body).toMatchObject({
    version: 2,
    policy: { ttlMs: 5_000, swrMs: 8, origin: { url: 'https://shop.test/{rest}' } },
  })
  expect((await put('shop', { origin: null })).body.policy.origin).toBeNull()
})

test('what was read can be sent back, changed', async () => {
  await put('shop', { origin: origin() })
  const { body } = await plane.rest('GET', '/api/namespaces/shop', { as: admin })
  body.policy.ttlMs = 123
  const answer = await plane.rest('PUT', '/api/namespaces/shop', { as: admin, body })
  expect(answer).toMatchObject({ status: 200, body: { version: 2, policy: { ttlMs: 123 } } })
})

test('who changes an old version is told who was faster', async () => {
  await put('shop', { ttlMs: 1 })
  await put('shop', { ttlMs: 2 }, { version: 1 })
  const stale = await put('shop', { ttlMs: 3 }, { version: 1 })
  expect(stale).toMatchObject({ status: 409, body: { code: 'conflict', field: 'version', limit: 2 } })
  expect(stale.body.detail).toContain(admin.email)
  expect((await put('shop', { ttlMs: 3 }, { version: 0 })).status).toBe(409)
  expect((await put('gone', { ttlMs: 3 }, { version: 4 })).status).toBe(409)
})

test('of changes at the same moment from the same version one wins', async () => {
  await put('shop', { ttlMs: 1 })
  const answers = await Promise.all([2, 3, 4, 5].map((ttlMs) => put('shop', { ttlMs }, { version: 1 })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  const winner = answers.find(({ status }) => status === 200)
  const { body } = await plane.rest('GET', '/api/namespaces/shop', { as: admin })
  expect(body).toMatchObject({ version: 2, policy: { ttlMs: winner?.body.policy.ttlMs } })
})

test('secrets are stored sealed, shown as a mask, and kept when the mask comes back', async () => {
  const { body } = await put('shop', { origin: origin() })
  expect(body.policy.origin.headers.map(({ value }: { value: string }) => value)).toEqual([
    SECRET_MASK,
    'application/json',
  ])
  const sealed = (await storedOrigin('shop'))?.headers[0]?.value ?? ''
  expect(isSealed(sealed)).toBe(true)
  expect(openSecret(sealed, deriveKey(TEST_SECRET, 'origin-secrets'))).toBe('s3cret')
  await put('shop', { origin: { ...origin(undefined, SECRET_MASK), retries: 0 } })
  expect(await storedOrigin('shop')).toMatchObject({ retries: 0, headers: [{ value: sealed }, {}] })
  const list = await plane.rest('GET', '/api/namespaces', { as: admin })
  expect(JSON.stringify(list.body)).not.toMatch(/s3cret|sealed:/)
})

test('a mask is no key to a secret: not at another server, not in public, not where there is none', async () => {
  await put('shop', { origin: origin() })
  const masked = origin('https://thief.test/{rest}', SECRET_MASK)
  expect(await put('shop', { origin: masked })).toMatchObject({
    status: 422,
    body: { code: 'invalid', field: 'policy.origin.headers.0.value' },
  })
  const viaBatch = { ...origin(undefined, SECRET_MASK), batch: { url: 'https://thief.test/batch' } }
  expect((await put('shop', { origin: viaBatch })).status).toBe(422)
  const inPublic = { ...origin(), headers: [{ name: 'authorization', value: SECRET_MASK, secret: false }] }
  expect((await put('shop', { origin: inPublic })).status).toBe(422)
  expect((await put('other', { origin: origin(undefined, SECRET_MASK) })).status).toBe(422)
  expect((await put('shop', { origin: origin('https://shop.test/v2/{rest}', SECRET_MASK) })).status).toBe(200)
})

test('who holds some namespaces sees and changes those', async () => {
  const limited = await plane.person('admin', ['shop'])
  await put('shop', { ttlMs: 1 })
  await put('users', { ttlMs: 1 })
  await put('default', { ttlMs: 1 })
  const list = await plane.rest('GET', '/api/namespaces', { as: limited })
  expect(list.body.items.map(({ policy }: { policy: { name: string } }) => policy.name)).toEqual(['shop'])
  expect((await plane.rest('GET', '/api/namespaces/users', { as: limited })).body.code).toBe('namespace_forbidden')
  expect((await put('users', { ttlMs: 2 }, {}, limited)).body.code).toBe('namespace_forbidden')
  expect((await put('shop', { ttlMs: 2 }, {}, limited)).status).toBe(200)
})

test('the policy named default governs strangers’ namespaces, so a grant of that name alone does not reach it', async () => {
  const holder = await plane.person('admin', ['default'])
  expect((await put('default', { ttlMs: 1 }, {}, holder)).body.code).toBe('namespace_forbidden')
  await put('default', { ttlMs: 1 })
  const removal = await plane.rest('DELETE', '/api/namespaces/default', { as: holder })
  expect(removal.body.code).toBe('namespace_forbidden')
})

test('a removed namespace is gone for nodes too, and removing it again says so', async () => {
  await put('shop', { ttlMs: 1 })
  expect(await plane.rest('DELETE', '/api/namespaces/shop', { as: admin })).toMatchObject({
    status: 200,
    body: { propagation: 'published' },
  })
  expect((await published()).namespaces).toEqual([])
  expect((await plane.rest('DELETE', '/api/namespaces/shop', { as: admin })).body.code).toBe('not_found')
})

test.each([
  ['an unknown setting', { ttlMS: 5 }, 'policy'],
  ['an unknown setting of an origin', { origin: { url: 'https://a.test', timeout: 5 } }, 'policy.origin'],
  ['a number out of range', { ttlMs: 0 }, 'policy.ttlMs'],
  ['a placeholder in the host', { origin: { url: 'https://{key}.test/' } }, 'policy.origin.url'],
  ['another name', { name: 'other' }, 'policy.name'],
  ['text that PostgreSQL cannot keep', { origin: { url: 'https://a.test/\u0000' } }, 'policy'],
  ['half a character', { origin: { url: 'https://a.test/', headers: [{ name: 'a', value: '\ud800' }] } }, 'policy'],
])('%s is refused by its field', async (_case, policy, field) => {
  expect(await put('shop', policy)).toMatchObject({ status: 422, body: { code: 'invalid', field } })
})

test('a name that no key can have is refused', async () => {
  expect((await put('a:b', { ttlMs: 1 })).status).toBe(422)
  expect((await put('a%2Fb', { ttlMs: 1 })).status).toBe(422)
})

test('with Redis away the change is committed all the same, and says that nodes do not know yet', async () => {
  const alone = await startControlPlane()
  try {
    const person = await alone.person('admin')
    alone.redisServer.kill('SIGKILL')
    const answer = await alone.rest('PUT', '/api/namespaces/shop', { as: person, body: { policy: { ttlMs: 9 } } })
    expect(answer).toMatchObject({ status: 200, body: { propagation: 'pending', policy: { ttlMs: 9 } } })
    const { body } = await alone.rest('GET', '/api/namespaces/shop', { as: person })
    expect(body.policy.ttlMs).toBe(9)
  } finally {
    await alone.stop()
  }
})
