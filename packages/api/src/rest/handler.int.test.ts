import { createDb } from '@freshet/db/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { resolveContext } from '../resolve-context.ts'
import { createServices } from '../services/services.ts'
import { type ControlPlane, startControlPlane, TEST_SECRET } from '../testing/control-plane.ts'
import { createRestHandler } from './handler.ts'
import { restProcedures } from './route-table.ts'

let plane: ControlPlane
let admin: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
})
afterAll(() => plane.stop())

test('errors are problem documents with a code, a request id and nothing to cache', async () => {
  const answer = await plane.rest('GET', '/api/namespaces/none', { as: admin, headers: { 'x-request-id': 'mine-1' } })
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-request-id')).toBe('mine-1')
  expect(answer.body).toMatchObject({ status: 404, code: 'not_found', field: 'name', requestId: 'mine-1' })
})

test('a request id that could split a header or a log line is replaced', async () => {
  const { headers } = await plane.rest('GET', '/api/namespaces', { as: admin, headers: { 'x-request-id': 'a b"c' } })
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test.each([
  ['no credential', 401, 'unauthenticated', {}],
  ['a bearer that is no key', 401, 'unauthenticated', { headers: { authorization: 'Bearer nonsense' } }],
  ['another scheme', 401, 'unauthenticated', { headers: { authorization: 'Basic YTpi' } }],
])('%s: %i', async (_case, status, code, options) => {
  const answer = await plane.rest('GET', '/api/namespaces', options)
  expect(answer).toMatchObject({ status, body: { code } })
  expect(answer.headers.get('www-authenticate')).toBe('Bearer')
})

test('a session of somebody who was disabled since is worth nothing', async () => {
  const person = await plane.person('admin')
  await plane.db.user.update({ where: { id: person.id }, data: { disabledAt: new Date() } })
  expect(await plane.rest('GET', '/api/namespaces', { as: person })).toMatchObject({ status: 401 })
})

test('a role that was taken away is gone with the next request', async () => {
  const person = await plane.person('admin')
  await plane.db.user.update({ where: { id: person.id }, data: { role: 'viewer' } })
  const answer = await plane.rest('PUT', '/api/namespaces/x', { as: person, body: { policy: {} } })
  expect(answer.body.code).toBe('scope_missing')
})

test('unknown paths and methods', async () => {
  expect((await plane.rest('GET', '/api/nothing', { as: admin })).status).toBe(404)
  expect((await plane.rest('GET', '/api/namespaces/a/b', { as: admin })).status).toBe(404)
  const wrong = await plane.rest('POST', '/api/namespaces/a', { as: admin, body: {} })
  expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
  expect(wrong.headers.get('allow')).toBe('DELETE, GET, HEAD, PUT')
})

describe.each([
  ['no JSON', '{"policy":', 400, 'bad_request', {}],
  ['a list', [], 422, 'invalid', {}],
  ['a number', '5', 422, 'invalid', {}],
  ['another media type', 'ttl=5', 415, 'unsupported_media_type', { 'content-type': 'text/plain' }],
  ['too much', JSON.stringify({ policy: { x: 'y'.repeat(300_000) } }), 413, 'payload_too_large', {}],
  ['a prototype', '{"__proto__":{"policy":{}}}', 422, 'invalid', {}],
  ['a prototype within', '{"policy":{"__proto__":{"ttlMs":5}}}', 422, 'invalid', {}],
  ['nothing', undefined, 422, 'invalid', {}],
])('a body that is %s', (_case, body, status, code, headers) => {
  test(`${status} ${code}`, async () => {
    const answer = await plane.rest('PUT', '/api/namespaces/x', { as: admin, body, headers })
    expect(answer).toMatchObject({ status, body: { code } })
  })
})

test('a path that is not properly encoded', async () => {
  expect(await plane.rest('GET', '/api/namespaces/%E0%A4%A', { as: admin })).toMatchObject({ status: 400 })
})

test('a query parameter does not override the path', async () => {
  await plane.rest('PUT', '/api/namespaces/path', { as: admin, body: { policy: {} } })
  const { body } = await plane.rest('GET', '/api/namespaces/path?name=query', { as: admin })
  expect(body.policy.name).toBe('path')
  const override = await plane.rest('PUT', '/api/namespaces/path', { as: admin, body: { name: 'body', policy: {} } })
  expect(override.body.policy.name).toBe('path')
})

test('what nobody foresaw is a 500 without a word about it, and is logged', async () => {
  const alone = await startControlPlane()
  try {
    const person = await alone.person('admin')
    await alone.db.$executeRawUnsafe('ALTER TABLE namespace_policies RENAME TO hidden')
    const broken = await alone.rest('GET', '/api/namespaces', { as: person })
    expect(broken).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(JSON.stringify(broken.body)).not.toContain('namespace_policies')
    expect(alone.logged).toEqual([
      expect.objectContaining({ path: 'namespaces.list', requestId: broken.body.requestId }),
    ])
  } finally {
    await alone.stop()
  }
})

test('the database being away is a 503 that says so', async () => {
  const db = createDb('postgresql://nobody@127.0.0.1:1/nothing')
  const services = createServices({
    db,
    redis: plane.redis,
    secret: TEST_SECRET,
    fetch,
    env: { environment: 'development' },
  })
  const handle = createRestHandler(({ headers }) => resolveContext(services, { headers, sessionUserId: admin.id }))
  const response = await handle(new Request('http://portal.test/api/namespaces'))
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ code: 'database_unavailable' })
})

test('no input of any shape is answered with a 5xx', { timeout: 60_000 }, async () => {
  const odd = fc.oneof(
    fc.constantFrom('', 'a', '*', '..', '%', '\u0000', '\r\nx: y', '__proto__', 'constructor', '￿', 'x'.repeat(600)),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  const key = fc.oneof(fc.constantFrom('policy', 'name', 'version', 'origin', 'url', 'key', 'window', 'overlapMs'), odd)
  const json = fc.letrec((tie) => ({
    value: fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), odd, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  }))
  const served: number[] = []
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...restProcedures()), odd, json.object, async ({ rest }, word, body) => {
      const path = rest.path.replaceAll(/\{\w+\}/g, encodeURIComponent(word.toWellFormed()) || 'x')
      const query = rest.method === 'GET' ? `?${new URLSearchParams({ window: word.toWellFormed() })}` : ''
      if (path === '/api/cluster/overview') return
      const answer = await plane.rest(rest.method, path + query, {
        as: admin,
        ...(rest.method === 'GET' ? {} : { body }),
      })
      served.push(answer.status)
      // Should a key and its namespace ever meet: there is no node to probe an origin by.
      if (answer.body.code !== 'node_unavailable')
        expect(answer.status, `${rest.method} ${path} ${JSON.stringify(body)}`).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
  expect(served.length).toBeGreaterThan(300)
  expect(plane.logged).toEqual([])
})
