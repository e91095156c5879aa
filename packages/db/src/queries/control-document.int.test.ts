import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openTestDb } from '../testing/open-test-db.ts'
import { insertApiKey, touchApiKey } from './api-keys.ts'
import { readControlDocument } from './control-document.ts'
import { changeControl, outgrowRevision } from './control-revision.ts'
import { findPolicy, savePolicy } from './namespace-policies.ts'

const DAY_MS = 86_400_000
const { db } = await openTestDb(afterAll)
beforeEach(async () => {
  await db.apiKey.deleteMany()
  await db.namespacePolicyRow.deleteMany()
})

const revision = async () => (await readControlDocument(db)).revision
const declare = (name: string, version = 1) =>
  changeControl(db, (tx) => savePolicy(tx, defaultPolicy(name), version, 'tester'))

function key(id: string, end: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    id: id.padEnd(12, '0'),
    name: id,
    hash: 'a'.repeat(64),
    scopes: ['read'],
    namespaces: ['shop'],
    ratePerSecond: null,
    expiresAt: null,
    revokedAt: null,
    ...end,
  }
}

test('each change is one revision further and is in the document', async () => {
  const before = await revision()
  await declare('shop')
  await changeControl(db, (tx) => insertApiKey(tx, key('k1'), { createdBy: 'tester' }))
  const document = await readControlDocument(db)
  expect(document.revision).toBe(before + 2)
  expect(document.namespaces.map(({ name }) => name)).toEqual(['shop'])
  expect(document.apiKeys).toEqual([key('k1')])
})

test('a change that fails leaves neither its rows nor a revision', async () => {
  const before = await revision()
  const failing = changeControl(db, async (tx) => {
    await savePolicy(tx, defaultPolicy('half'), 1, 'tester')
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await revision()).toBe(before)
  expect(await findPolicy(db, 'half')).toBeNull()
})

test('changes wait for each other: none reads what another is about to replace', async () => {
  await declare('counted')
  const increment = () =>
    changeControl(db, async (tx) => {
      const stored = await findPolicy(tx, 'counted')
      return savePolicy(tx, defaultPolicy('counted'), (stored?.version ?? 0) + 1, 'tester')
    })
  await Promise.all(Array.from({ length: 8 }, increment))
  expect((await findPolicy(db, 'counted'))?.version).toBe(9)
})

test('equal rows are written as equal documents, whatever order they came in', async () => {
  await declare('b')
  await declare('a')
  await changeControl(db, (tx) => insertApiKey(tx, key('z'), { createdBy: 'tester' }))
  await changeControl(db, (tx) => insertApiKey(tx, key('y'), { createdBy: 'tester' }))
  const first = await readControlDocument(db)
  await touchApiKey(db, key('z').id, new Date())
  expect(JSON.stringify(await readControlDocument(db))).toBe(JSON.stringify(first))
  expect(first.apiKeys.map(({ name }) => name)).toEqual(['y', 'z'])
})

test('a document is of one moment: never a policy without its revision, nor the other way round', async () => {
  const before = await revision()
  let read = 0
  // Four writers go on until the reader has looked often enough, however slow the machine is.
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let i = 0; read < 20; i++) await declare(`moment${writer}-${i}`)
  })
  const changes = Promise.all(writers)
  let changing = true
  changes.finally(() => {
    changing = false
  })
  while (changing) {
    const document = await readControlDocument(db)
    expect(document.namespaces.length).toBe(document.revision - before)
    read++
  }
  expect(read).toBeGreaterThanOrEqual(20)
})

test('nodes are told of keys that ended lately, so that they can say so, and not of old ones', async () => {
  const nowMs = Date.now()
  await changeControl(db, async (tx) => {
    await insertApiKey(tx, key('late', { revokedAt: nowMs - DAY_MS }), { createdBy: 'tester' })
    await insertApiKey(tx, key('old', { expiresAt: nowMs - 40 * DAY_MS }), { createdBy: 'tester' })
  })
  expect((await readControlDocument(db)).apiKeys.map(({ name }) => name)).toEqual(['late'])
})

test('a revision outgrows one from another history, and grows in any case', async () => {
  const before = await revision()
  await outgrowRevision(db, before + 500)
  expect(await revision()).toBe(before + 501)
  await outgrowRevision(db, 1)
  expect(await revision()).toBe(before + 502)
})

test('a policy that another release wrote gets today’s defaults', async () => {
  await db.namespacePolicyRow.create({
    data: { name: 'old', policy: { name: 'old', ttlMs: 5 }, version: 1, updatedBy: 'tester' },
  })
  expect((await findPolicy(db, 'old'))?.policy).toEqual({ ...defaultPolicy('old'), ttlMs: 5 })
})

test('a stored policy that is none is named, and not guessed at', async () => {
  await db.namespacePolicyRow.create({
    data: { name: 'broken', policy: { name: 'broken', ttlMs: -1 }, version: 1, updatedBy: 'tester' },
  })
  await expect(readControlDocument(db)).rejects.toThrow(/namespace "broken"/)
})
