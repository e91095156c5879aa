import { tokenMatches } from '@freshet/core/access/api-key'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { type ControlPlane, startControlPlane, TEST_SECRET } from '../testing/control-plane.ts'

let plane: ControlPlane
let admin: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
})
afterAll(() => plane.stop())

const create = (more: object = {}) =>
  plane.rest('POST', '/api/api-keys', { as: admin, body: { name: 'ci', scopes: ['read'], namespaces: '*', ...more } })
const list = (token: string) => plane.rest('GET', '/api/namespaces', { as: token })
const toldToNodes = async (id: string) => {
  const text = (await plane.redis.get(redisKeys.controlDocument)) ?? 'null'
  return ControlDocument.parse(JSON.parse(text)).apiKeys.find((key) => key.id === id)
}
const pepper = deriveKey(TEST_SECRET, 'api-key-hash')

test('a key is minted, shown once, and works at the portal and at nodes', async () => {
  const { status, body } = await create({ ratePerSecond: 50 })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    token: expect.stringMatching(/^fk_/),
    propagation: 'published',
    key: { name: 'ci', status: 'active', ratePerSecond: 50, createdBy: admin.email, expiresAt: null, lastUsedAt: null },
  })
  expect((await list(body.token)).status).toBe(200)
  const record = await toldToNodes(body.key.id)
  expect(record && tokenMatches(body.token, record, pepper)).toBe(true)
  const all = JSON.stringify((await plane.rest('GET', '/api/api-keys', { as: admin })).body)
  expect(all).toContain(body.key.id)
  expect(all).not.toContain(body.token.slice(-20))
  expect(all).not.toContain(record?.hash)
})

test('a key may do what its scopes say, where its grant says', async () => {
  const { body } = await create({ scopes: ['read'], namespaces: ['shop'] })
  expect((await list(body.token)).body.items).toEqual([])
  expect((await plane.rest('GET', '/api/namespaces/users', { as: body.token })).body.code).toBe('namespace_forbidden')
  const write = await plane.rest('PUT', '/api/namespaces/shop', { as: body.token, body: { policy: {} } })
  expect(write.body.code).toBe('scope_missing')
})

test('a revoked key is dead at once, here and in what nodes are told', async () => {
  const { body } = await create()
  const revoked = await plane.rest('DELETE', `/api/api-keys/${body.key.id}`, { as: admin })
  expect(revoked.body).toMatchObject({ key: { status: 'revoked' }, propagation: 'published' })
  expect(await list(body.token)).toMatchObject({ status: 401, body: { code: 'credential_revoked' } })
  expect((await toldToNodes(body.key.id))?.revokedAt).toBeLessThanOrEqual(Date.now())
  const again = await plane.rest('DELETE', `/api/api-keys/${body.key.id}`, { as: admin })
  expect(again.body.key.revokedAt).toBe(revoked.body.key.revokedAt)
})

test('after a rotation both keys work until the overlap ends', async () => {
  const { body: old } = await create({ scopes: ['read', 'write'], namespaces: ['shop'], ratePerSecond: 5 })
  const { status, body: fresh } = await plane.rest('POST', `/api/api-keys/${old.key.id}/rotate`, {
    as: admin,
    body: { overlapMs: 3_000 },
  })
  expect(status).toBe(201)
  const { scopes, namespaces, ratePerSecond } = old.key
  expect(fresh.key).toMatchObject({ name: 'ci', scopes, namespaces, ratePerSecond, rotatedFrom: old.key.id })
  expect([(await list(old.token)).status, (await list(fresh.token)).status]).toEqual([200, 200])
  await expect.poll(async () => (await list(old.token)).body.code).toBe('credential_expired')
  expect((await list(fresh.token)).status).toBe(200)
})

test('a rotation never prolongs a key', async () => {
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  const { body: old } = await create({ expiresAt })
  await plane.rest('POST', `/api/api-keys/${old.key.id}/rotate`, { as: admin, body: { overlapMs: 3_600_000 } })
  const all = (await plane.rest('GET', '/api/api-keys', { as: admin })).body.items
  expect(all.find(({ id }: { id: string }) => id === old.key.id).expiresAt).toBe(expiresAt)
})

test('a dead key cannot be rotated back to life', async () => {
  const { body } = await create()
  await plane.rest('DELETE', `/api/api-keys/${body.key.id}`, { as: admin })
  const rotation = await plane.rest('POST', `/api/api-keys/${body.key.id}/rotate`, { as: admin })
  expect(rotation).toMatchObject({ status: 409, body: { code: 'conflict', state: 'revoked' } })
})

test('the last use is noted', async () => {
  const { body } = await create()
  await list(body.token)
  const used = async () =>
    (await plane.rest('GET', '/api/api-keys', { as: admin })).body.items.find(
      ({ id }: { id: string }) => id === body.key.id,
    ).lastUsedAt
  await expect.poll(used).not.toBeNull()
})

test('a wrong secret and an unknown id are told apart by nothing', async () => {
  const { body } = await create()
  const wrong = await list(`${body.token.slice(0, -1)}${body.token.endsWith('A') ? 'B' : 'A'}`)
  const unknown = await list(`fk_${'0'.repeat(12)}_${'A'.repeat(43)}`)
  const shapeless = await list('hello')
  const bodies = [wrong, unknown, shapeless].map(({ status, body: { requestId: _, ...rest } }) => ({ status, rest }))
  expect(bodies[1]).toEqual(bodies[0])
  expect(bodies[2]).toEqual(bodies[0])
  expect(bodies[0]).toMatchObject({ status: 401, rest: { code: 'unauthenticated' } })
})

test.each([
  ['no scope', { scopes: [] }, 'scopes'],
  ['an unknown scope', { scopes: ['root'] }, 'scopes.0'],
  ['no name', { name: '  ' }, 'name'],
  ['a name that PostgreSQL cannot keep', { name: 'a\u0000' }, 'name'],
  ['a namespace that no key can have', { namespaces: ['a:b'] }, 'namespaces.0'],
  ['a moment that has passed', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ['a misspelt field', { expiry: '2030-01-01T00:00:00Z' }, undefined],
])('%s is refused', async (_case, more, field) => {
  const { status, body } = await create(more)
  expect({ status, code: body.code, field: body.field }).toEqual({ status: 422, code: 'invalid', field })
})
