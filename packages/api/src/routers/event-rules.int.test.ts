import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { type ControlPlane, startControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
let admin: PortalUser
let shopkeeper: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
  shopkeeper = await plane.person('operator', ['shop', 'web'])
})
afterAll(() => plane.stop())
beforeEach(async () => {
  await plane.db.eventRuleRow.deleteMany()
})

const prices = {
  name: 'prices',
  eventType: 'price.changed',
  targets: [{ kind: 'tags', template: 'product-{product.id}' }],
  reach: ['shop'],
}
const create = (more: object = {}, as = shopkeeper) =>
  plane.rest('POST', '/api/event-rules', { as, body: { ...prices, ...more } })
const update = (id: string, more: object = {}, as = shopkeeper) =>
  plane.rest('PUT', `/api/event-rules/${id}`, { as, body: { ...prices, ...more } })
const list = async (as: PortalUser) => (await plane.rest('GET', '/api/event-rules', { as })).body.items
const toldToNodes = async () =>
  ControlDocument.parse(JSON.parse((await plane.redis.get(redisKeys.controlDocument)) ?? 'null')).eventRules

test('a rule is written, told to nodes, changed and removed', async () => {
  const made = await create()
  expect(made).toMatchObject({
    status: 201,
    body: { version: 1, updatedBy: shopkeeper.email, propagation: 'published', rule: { ...prices, mode: 'hard' } },
  })
  const { rule } = made.body
  expect(await toldToNodes()).toEqual([rule])
  expect((await plane.rest('GET', `/api/event-rules/${rule.id}`, { as: shopkeeper })).body.rule).toEqual(rule)
  const changed = await update(rule.id, { mode: 'soft', enabled: false, version: 1 })
  expect(changed).toMatchObject({ status: 200, body: { version: 2, rule: { mode: 'soft', enabled: false } } })
  expect(await toldToNodes()).toEqual([changed.body.rule])
  const gone = await plane.rest('DELETE', `/api/event-rules/${rule.id}?reason=obsolete`, { as: shopkeeper })
  expect(gone).toMatchObject({ status: 200, body: { propagation: 'published' } })
  expect(await toldToNodes()).toEqual([])
  expect((await plane.rest('DELETE', `/api/event-rules/${rule.id}`, { as: shopkeeper })).status).toBe(404)
  expect((await update(rule.id)).status).toBe(404)
})

test('who changes an old version is told who was faster', async () => {
  const { rule } = (await create()).body
  await update(rule.id, { version: 1 }, admin)
  const late = await update(rule.id, { version: 1 })
  expect(late).toMatchObject({ status: 409, body: { code: 'conflict', field: 'version', limit: 2 } })
  expect(late.body.detail).toContain(admin.email)
})

test('nobody’s rule reaches further than they do', async () => {
  const viewer = await plane.person('viewer')
  const everywhere = await plane.person('operator')
  expect((await create({ reach: ['shop', 'users'] })).body.code).toBe('namespace_forbidden')
  expect((await create({ reach: '*' })).body.code).toBe('scope_missing')
  expect((await create({ reach: '*' }, everywhere)).body.code).toBe('scope_missing')
  expect((await create({}, viewer)).body.code).toBe('scope_missing')
  expect((await create({ reach: '*' }, admin)).status).toBe(201)
  expect((await create({ reach: ['any', 'thing'] }, everywhere)).status).toBe(201)
})

test('a rule is not taken away from namespaces that one does not hold, neither by change nor by removal', async () => {
  const { rule } = (await create({ reach: ['shop', 'users'] }, admin)).body
  expect((await update(rule.id, { reach: ['shop'] })).body.code).toBe('namespace_forbidden')
  const removal = await plane.rest('DELETE', `/api/event-rules/${rule.id}`, { as: shopkeeper })
  expect(removal.body.code).toBe('namespace_forbidden')
  expect((await toldToNodes()).map(({ reach }) => reach)).toEqual([['shop', 'users']])
})

test('who holds some namespaces sees the rules that reach nothing else', async () => {
  await create({ name: 'b' })
  await create({ name: 'a', reach: ['shop', 'web'] })
  const { rule: wide } = (await create({ name: 'wide', reach: ['shop', 'users'] }, admin)).body
  await create({ name: 'all', reach: '*' }, admin)
  expect((await list(shopkeeper)).map((item: { rule: { name: string } }) => item.rule.name)).toEqual(['a', 'b'])
  expect((await list(admin)).length).toBe(4)
  expect((await plane.rest('GET', `/api/event-rules/${wide.id}`, { as: shopkeeper })).body.code).toBe(
    'namespace_forbidden',
  )
})

test.each([
  ['a template whose field is none', { targets: [{ kind: 'keys', template: 'a:{b c}' }] }, 'targets.0.template'],
  ['half a brace', { targets: [{ kind: 'keys', template: 'a:{b' }] }, 'targets.0.template'],
  ['no target', { targets: [] }, 'targets'],
  ['a star in the middle', { eventType: 'a*b' }, 'eventType'],
  ['no reach', { reach: [] }, 'reach'],
  ['a namespace that no key can have', { reach: ['a:b'] }, 'reach.0'],
  ['a misspelt field', { enable: false }, undefined],
  ['text that PostgreSQL cannot keep', { name: 'a\u0000' }, undefined],
])('%s is refused', async (_case, more, field) => {
  const { status, body } = await create(more, admin)
  expect({ status, code: body.code, field: body.field }).toEqual({ status: 422, code: 'invalid', field })
})
