import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import { EventRule } from '@freshet/core/invalidation/event-rule'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { afterAll, expect, test } from 'vitest'
import type { Caller } from '../audit/author.ts'
import { openTestDb } from '../testing/open-test-db.ts'
import { endApiKey, insertApiKey } from './api-keys.ts'
import { verifyChain } from './audit-verify.ts'
import { readControlDocument } from './control-document.ts'
import { changeControl } from './control-revision.ts'
import { deleteEventRule, findEventRule, saveEventRule } from './event-rules.ts'
import { deletePolicy, savePolicy } from './namespace-policies.ts'
import { createUser, markSignedIn, updateUser, upsertUser } from './users.ts'

const { db } = await openTestDb(afterAll)

const ann: Caller = { actor: 'user:1', name: 'ann@example.org', requestId: 'r1', from: '192.0.2.7', reason: 'sale' }
/** Entries that some work added. */
async function entriesOf(work: () => Promise<unknown>) {
  const known = await db.auditEntry.count()
  await work()
  return db.auditEntry.findMany({ where: { position: { gt: known } }, orderBy: { position: 'asc' } })
}

const policy = (name: string, value: string) =>
  NamespacePolicy.parse({
    name,
    origin: { url: 'https://shop.test/{rest}', headers: [{ name: 'Authorization', value, secret: true }] },
  })

test('a policy’s creation, change and removal, each signed', async () => {
  const entries = await entriesOf(async () => {
    await changeControl(db, (tx) => savePolicy(tx, policy('shop', 'sealed:one'), 1, ann))
    await changeControl(db, (tx) => savePolicy(tx, { ...policy('shop', 'sealed:one'), ttlMs: 7 }, 2, ann))
    await changeControl(db, (tx) => deletePolicy(tx, 'shop', 'tidy'))
    await changeControl(db, (tx) => deletePolicy(tx, 'shop', 'tidy'))
  })
  const signed = { kind: 'policy', target: { name: 'shop' }, namespaces: ['shop'] }
  const byAnn = {
    ...{ actor: 'user:1', actorName: 'ann@example.org', requestId: 'r1', fromAddress: '192.0.2.7', reason: 'sale' },
    ...signed,
  }
  expect(entries).toMatchObject([
    { ...byAnn, action: 'create', before: null, after: { version: 1, ttlMs: 60_000 } },
    { ...byAnn, action: 'update', before: { version: 1, ttlMs: 60_000 }, after: { version: 2, ttlMs: 7 } },
    { ...signed, action: 'delete', actor: 'job:tidy', before: { version: 2 }, after: null },
  ])
})

test('secrets are in no entry, but that one was replaced is', async () => {
  const entries = await entriesOf(async () => {
    for (const [version, value] of ['sealed:one', 'sealed:one', 'sealed:two'].entries())
      await changeControl(db, (tx) => savePolicy(tx, policy('hush', value), version + 1, ann))
    await createUser(
      db,
      { email: 'a@x.test', name: 'A', role: 'viewer', namespaces: '*', passwordHash: 'scrypt:secret' },
      ann,
    )
    await upsertUser(db, { email: 'a@x.test', name: 'A', role: 'viewer', namespaces: '*', passwordHash: 'scrypt:b' })
    await changeControl(db, (tx) => insertApiKey(tx, key('k'), { createdBy: ann }))
  })
  const values = entries.map(({ after }) => JSON.stringify(after).match(/"(?:value|password)":"([^"]*)"/)?.[1])
  expect(values).toEqual(['(secret)', '(secret)', '(another secret)', '(secret)', '(another secret)', undefined])
  const stored = await db.$queryRaw<{ row: string }[]>`SELECT audit_entries::text AS row FROM audit_entries`
  expect(stored.map(({ row }) => row).join()).not.toMatch(/sealed:|scrypt:|aaaaaaaa/)
})

const key = (id: string): ApiKeyRecord => ({
  id: id.padEnd(12, '0'),
  name: id,
  hash: 'a'.repeat(64),
  scopes: ['read'],
  namespaces: ['shop'],
  ratePerSecond: null,
  expiresAt: null,
  revokedAt: null,
})

test('a key’s life', async () => {
  const entries = await entriesOf(async () => {
    await changeControl(db, async (tx) => {
      const { record } = await insertApiKey(tx, key('one'), { createdBy: ann })
      await endApiKey(tx, record.id, { expiresAt: 9_000 }, ann)
      await insertApiKey(tx, key('two'), { createdBy: ann, rotatedFrom: record.id })
    })
    await changeControl(db, (tx) => endApiKey(tx, key('two').id, { revokedAt: 5_000 }, ann))
    await changeControl(db, (tx) => endApiKey(tx, key('two').id, { revokedAt: 5_000 }, ann))
  })
  const [one, two] = [key('one').id, key('two').id]
  expect(entries).toMatchObject([
    { action: 'create', target: { id: one }, after: { scopes: ['read'], namespaces: ['shop'] }, namespaces: ['*'] },
    { action: 'expire', before: { expiresAt: null }, after: { expiresAt: '1970-01-01T00:00:09.000Z' } },
    { action: 'create', target: { id: two, rotatedFrom: one } },
    { action: 'revoke', target: { id: two }, after: { revokedAt: '1970-01-01T00:00:05.000Z' } },
  ])
})

test('people: what they may do, and when they came; what changes nothing is no entry', async () => {
  const entries = await entriesOf(async () => {
    const bob = await createUser(db, { email: 'b@x.test', name: 'B', role: 'viewer', namespaces: ['shop'] }, ann)
    await updateUser(db, bob.id, { role: 'admin' }, ann)
    await updateUser(db, bob.id, { role: 'admin', name: 'B' }, ann)
    await markSignedIn(db, bob.id, { via: 'password', from: '192.0.2.9' })
  })
  expect(entries).toMatchObject([
    { kind: 'user', action: 'create', after: { role: 'viewer', namespaces: ['shop'], password: null } },
    { kind: 'user', action: 'update', before: { role: 'viewer' }, after: { role: 'admin' } },
    { kind: 'sign_in', actorName: 'b@x.test', via: 'password', fromAddress: '192.0.2.9', namespaces: ['*'] },
  ])
})

test('accounts that are seeded at the same moment are made once', async () => {
  const facts = { email: 'seed@x.test', name: 'S', role: 'admin', namespaces: '*' } as const
  const entries = await entriesOf(() => Promise.all([1, 2, 3].map(() => upsertUser(db, facts))))
  expect(entries.map(({ action }) => action)).toEqual(['create'])
})

test('event rules: they are told to nodes, and who held neither reach does not read of them', async () => {
  const id = '018f5b8e-0000-7000-8000-000000000001'
  const targets = [{ kind: 'tags', template: 'product-{id}' }]
  const rule = EventRule.parse({ id, name: 'prices', eventType: 'price.*', targets, reach: ['shop'] })
  const entries = await entriesOf(async () => {
    await changeControl(db, (tx) => saveEventRule(tx, rule, 1, ann))
    expect((await readControlDocument(db)).eventRules).toEqual([rule])
    await changeControl(db, (tx) => saveEventRule(tx, { ...rule, reach: ['web'] }, 2, ann))
    const stored = await findEventRule(db, id)
    if (stored) await changeControl(db, (tx) => deleteEventRule(tx, stored, ann))
  })
  expect((await readControlDocument(db)).eventRules).toEqual([])
  expect(entries).toMatchObject([
    { action: 'create', target: { id, name: 'prices' }, namespaces: ['shop'], after: { version: 1, mode: 'hard' } },
    { action: 'update', namespaces: ['shop', 'web'] },
    { action: 'delete', namespaces: ['web'], after: null },
  ])
})

test('a change that fails leaves no entry', async () => {
  const entries = await entriesOf(async () => {
    const failing = changeControl(db, async (tx) => {
      await savePolicy(tx, policy('half', 'x'), 1, ann)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
  })
  expect(entries).toEqual([])
})

test('and all of it is one chain', async () => {
  expect(await verifyChain(db)).toMatchObject({ broken: null, complete: true, checked: await db.auditEntry.count() })
})
