import type { LogCommand } from '@freshet/core/coherence/log-record'
import { archiveRecords } from '@freshet/db/queries/audit'
import { verifyChain } from '@freshet/db/queries/audit-verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { type ControlPlane, startControlPlane, TEST_ADDRESS } from '../testing/control-plane.ts'

let plane: ControlPlane
let admin: PortalUser
let shopkeeper: PortalUser
const generation = '00112233aabbccdd'

const invalidation = (id: string, command: Partial<LogCommand> & { kind: string }): LogCommand =>
  ({
    ...command,
    cause: { id, actor: 'key:k', actorName: 'key ci', requestId: `req-${id}`, from: '198.51.100.4' },
  }) as LogCommand

beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
  shopkeeper = await plane.person('operator', ['shop', 'web'], 'open sesame')
  const records = [
    invalidation('shop', { kind: 'keys', keys: ['shop:1'] }),
    invalidation('both', { kind: 'keys', keys: ['shop:1', 'users:1'] }),
    invalidation('users', { kind: 'namespaces', namespaces: ['users'] }),
    invalidation('wide', { kind: 'tags', tags: ['sale_50%'], reach: '*' }),
    invalidation('web', { kind: 'patterns', patterns: ['web:*'], reach: ['web', 'shop'] }),
    invalidation('all', { kind: 'all' }),
  ].map((command, i) => ({ epoch: i + 1, atMs: Date.UTC(2026, 0, i + 1), commands: [command] }))
  await archiveRecords(plane.db, { generation, after: 0, records })
})
afterAll(() => plane.stop())

const audit = (query: string, as: PortalUser | string = admin) => plane.rest('GET', `/api/audit?${query}`, { as })
interface Item {
  causeId: string
  kind: string
  action: string
  position: number
}
const items = async (query: string, as?: PortalUser | string): Promise<Item[]> => (await audit(query, as)).body.items
const causes = async (query: string, as?: PortalUser) =>
  (await items(`kind=invalidation&${query}`, as)).map(({ causeId }) => causeId)

describe('what was done over the API', () => {
  test('is there with who, what, when, from where, why and by which request', async () => {
    const headers = { 'x-request-id': 'policy-change-1' }
    const body = { policy: { ttlMs: 5 }, reason: 'the sale begins' }
    await plane.rest('PUT', '/api/namespaces/signed', { as: admin, body, headers })
    expect(await items('requestId=policy-change-1')).toMatchObject([
      {
        ...{ kind: 'policy', action: 'create', actor: `user:${admin.id}`, actorName: admin.email, from: TEST_ADDRESS },
        ...{ reason: 'the sale begins', requestId: 'policy-change-1', before: null, after: { ttlMs: 5, version: 1 } },
        ...{ target: { name: 'signed' }, namespaces: ['signed'], epoch: null, via: null },
      },
    ])
  })

  test('with a key it is the key that did it; the reason of a removal comes in the query', async () => {
    const body = { name: 'ci', scopes: ['admin'], namespaces: '*' }
    const minted = await plane.rest('POST', '/api/api-keys', { as: admin, body })
    await plane.rest('PUT', '/api/namespaces/gone', { as: minted.body.token, body: { policy: {} } })
    await plane.rest('DELETE', '/api/namespaces/gone?reason=moved', { as: minted.body.token })
    const [removal] = await items(`actor=key:${minted.body.key.id}`)
    expect(removal).toMatchObject({ action: 'delete', reason: 'moved', actorName: 'key ci', after: null })
  })

  test('a key’s life names the key and never what proves it', async () => {
    const body = { name: 'short', scopes: ['read'], namespaces: '*' }
    const { key, token } = (await plane.rest('POST', '/api/api-keys', { as: admin, body })).body
    const rotated = await plane.rest('POST', `/api/api-keys/${key.id}/rotate`, {
      as: admin,
      body: { reason: 'yearly' },
    })
    await plane.rest('DELETE', `/api/api-keys/${key.id}`, { as: admin })
    const entries = await items(`kind=api_key&text=${key.id}`)
    expect(entries.map(({ action }) => action)).toEqual(['revoke', 'create', 'expire', 'create'])
    const stored = await plane.db.apiKey.findMany({ where: { id: { in: [key.id, rotated.body.key.id] } } })
    const text = JSON.stringify(entries)
    for (const { hash } of stored) expect(text).not.toContain(hash)
    expect(text).not.toContain(token.slice(-20))
  })

  test('sealed secrets of origins are not in it', async () => {
    const headers = [{ name: 'Authorization', value: 's3cret', secret: true }]
    const policy = { origin: { url: 'https://shop.test/{rest}', headers } }
    await plane.rest('PUT', '/api/namespaces/sealed', { as: admin, body: { policy } })
    await plane.rest('PUT', '/api/namespaces/sealed', { as: admin, body: { policy } })
    const entries = JSON.stringify(await items('kind=policy&namespace=sealed'))
    expect(entries).toContain('(another secret)')
    expect(entries).not.toMatch(/s3cret|sealed:/)
  })

  test('a sign-in, with the address that it came from', async () => {
    await plane.services.verifyPassword({ email: shopkeeper.email, password: 'open sesame', ip: '203.0.113.5' })
    await plane.services.verifyPassword({ email: shopkeeper.email, password: 'wrong', ip: '203.0.113.5' })
    const signIns = await items('kind=sign_in')
    expect(signIns).toMatchObject([{ actor: `user:${shopkeeper.id}`, from: '203.0.113.5', via: 'password' }])
  })

  test('what was refused or failed is not in it', async () => {
    const known = await plane.db.auditEntry.count()
    await plane.rest('PUT', '/api/namespaces/users', { as: shopkeeper, body: { policy: { ttlMs: 1 } } })
    await plane.rest('PUT', '/api/namespaces/signed', { as: admin, body: { policy: { ttlMs: 6 }, version: 77 } })
    await plane.rest('DELETE', '/api/namespaces/nowhere', { as: admin })
    expect(await plane.db.auditEntry.count()).toBe(known)
  })
})

describe('filters', () => {
  test.each([
    ['namespace=shop', ['all', 'web', 'wide', 'both', 'shop']],
    ['namespace=none', ['all', 'wide']],
    ['text=SALE_50%25', ['wide']],
    ['text=_', ['wide']],
    ['text=198.51', ['all', 'web', 'wide', 'users', 'both', 'shop']],
    ['actor=key:k&limit=2', ['all', 'web']],
    ['action=invalidate&requestId=req-users', ['users']],
    ['since=2026-01-02T00:00:00Z&until=2026-01-04T00:00:00Z', ['users', 'both']],
    ['since=2026-01-06T01:00:00%2B01:00', ['all']],
    ['text=nothing', []],
  ])('%s: %j', async (query, expected) => {
    expect(await causes(query)).toEqual(expected)
  })

  test('an invalidation is shown whole', async () => {
    expect((await items('requestId=req-both'))[0]).toMatchObject({
      ...{ at: '2026-01-02T00:00:00.000Z', epoch: `${generation}.2`, causeId: 'both', from: '198.51.100.4' },
      target: { mode: 'hard', keys: { count: 2, first: ['shop:1', 'users:1'] } },
    })
  })

  test.each([
    'kind=nonsense',
    'limit=0',
    'limit=201',
    'since=yesterday',
    'cursor=x',
    'cursor=1-2-3',
    'text=%00',
    'text=',
  ])('%s is refused', async (query) => {
    expect(await audit(query)).toMatchObject({ status: 422, body: { code: 'invalid' } })
  })
})

test('pages of one, put together, are the whole', async () => {
  const whole = await items('limit=200')
  const pieces: Item[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await audit(`limit=1${cursor && `&cursor=${cursor}`}`)
    pieces.push(...body.items)
    cursor = body.cursor
  }
  expect(pieces).toEqual(whole)
})

describe('who sees what', () => {
  test('with some namespaces: what concerns nothing but them', async () => {
    await plane.rest('PUT', '/api/namespaces/web', { as: admin, body: { policy: {} } })
    expect(await causes('', shopkeeper)).toEqual(['web', 'shop'])
    const seen = await items('limit=200', shopkeeper)
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(['invalidation', 'policy']))
    expect(seen.filter(({ kind }) => kind === 'policy')).toMatchObject([{ target: { name: 'web' } }])
    expect(await causes('namespace=users', shopkeeper)).toEqual([])
  })

  test('people, sign-ins and keys are for admins, even from those who reach every namespace', async () => {
    const viewer = await plane.person('viewer')
    const kinds = new Set((await items('limit=200', viewer)).map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['invalidation', 'policy']))
    for (const kind of ['api_key', 'user', 'sign_in'])
      expect((await audit(`kind=${kind}`, viewer)).body.code).toBe('scope_missing')
    const limited = await plane.person('admin', ['shop'])
    expect((await audit('kind=user', limited)).body.code).toBe('namespace_forbidden')
    expect((await items('limit=200', limited)).every(({ kind }) => kind === 'invalidation')).toBe(true)
  })
})

describe('verification', () => {
  const verify = (query = '') => plane.rest('GET', `/api/audit/verify?${query}`, { as: admin })

  test('finds the chain whole, also in pieces and from a note', async () => {
    const { head } = await verifyChain(plane.db)
    expect((await verify()).body).toMatchObject({ broken: null, complete: true, head })
    expect((await verify('limit=3')).body).toMatchObject({ checked: 3, complete: false, head: { position: 3 } })
    expect((await verify(`from=4&noted=${head?.position}:${head?.hash}`)).body).toMatchObject({ broken: null })
    expect((await verify(`noted=3:${'0'.repeat(64)}`)).body.broken).toMatchObject({ position: 3, fault: 'replaced' })
  })

  test.each(['from=0', 'limit=1e9', 'noted=3:x'])('%s is refused', async (query) => {
    expect(await verify(query)).toMatchObject({ status: 422, body: { code: 'invalid' } })
  })
})
