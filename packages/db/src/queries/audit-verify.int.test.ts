import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { hashEntry } from '../audit/chain.ts'
import { readRow } from '../audit/read-row.ts'
import type { Db } from '../client.ts'
import { openTestDb } from '../testing/open-test-db.ts'
import { appendAudit } from './audit.ts'
import { type ChainPoint, verifyChain } from './audit-verify.ts'

let url: string
let db: Db
beforeEach(async () => {
  ;({ db, url } = await openTestDb(onTestFinished))
})

/** Entries with everything in them that JSON and PostgreSQL might write differently. */
async function write(count: number): Promise<void> {
  const drafts = Array.from({ length: count }, (_, i) => ({
    kind: 'policy' as const,
    action: 'update',
    actor: 'user:1',
    actorName: 'Änn 🙂',
    target: { name: 'shop', i, numbers: [1e21, 1e-7, -0, 0.1, 5e-324, Number.MAX_SAFE_INTEGER], ö: { z: 1, a: null } },
    namespaces: ['shop'],
    before: i % 2 ? { ttlMs: i, list: [{ b: 1, a: 2 }] } : undefined,
    after: { text: '"\\\u2028\u0001', empty: {}, nothing: null },
    atMs: 1_700_000_000_000.9 + i,
  }))
  await db.$transaction((tx) => appendAudit(tx, drafts))
}

/** What only a superuser can do: switch the trigger off. */
async function tamper(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('ALTER TABLE audit_entries DISABLE TRIGGER ALL')
    for (const statement of statements) await client.query(statement)
    await client.query('ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_append_only')
  } finally {
    await client.end()
  }
}

/** Gives rows the hashes that fit their present content, from one position on: a forger who knows the form. */
async function rewriteFrom(position: number): Promise<void> {
  const rows = await db.auditEntry.findMany({ where: { position: { gte: position } }, orderBy: { position: 'asc' } })
  const before = await db.auditEntry.findUnique({ where: { position: position - 1 } })
  let hash = before?.hash ?? '0'.repeat(64)
  for (const { prevHash: _, hash: __, ...facts } of rows.map(readRow)) {
    const next = hashEntry(hash, facts)
    await tamper(`UPDATE audit_entries SET prev_hash = '${hash}', hash = '${next}' WHERE position = ${facts.position}`)
    hash = next
  }
}

async function note(): Promise<ChainPoint> {
  const { head } = await verifyChain(db)
  if (!head) throw new Error('there is nothing to note')
  return head
}

describe('a chain that nobody touched', () => {
  test('is whole, however values are stored', async () => {
    await write(5)
    expect(await verifyChain(db)).toMatchObject({ checked: 5, broken: null, complete: true, head: { position: 5 } })
  })

  test('is whole when it is empty', async () => {
    expect(await verifyChain(db)).toEqual({ checked: 0, broken: null, complete: true, head: null })
  })

  test('can be checked in pieces', async () => {
    await write(2_500)
    const first = await verifyChain(db, { limit: 2_200 })
    expect(first).toMatchObject({ checked: 2_200, complete: false, head: { position: 2_200 } })
    expect(await verifyChain(db, { from: 2_201, limit: 2_200 })).toMatchObject({ checked: 300, complete: true })
  })
})

describe('the first broken row is named', () => {
  beforeEach(() => write(9))

  test.each([
    `actor = 'user:2'`,
    `reason = 'none'`,
    `at = at + interval '1 ms'`,
    `namespaces = '{other}'`,
    `target = target || '{"i": 77}'`,
    `after = after || '{"nothing": 0}'`,
    'before = NULL',
    `request_id = 'r'`,
    `generation = 'g', epoch = position, index = 0`,
    `cause_digest = 'x'`,
    `action = ''`,
  ])('when its content was changed: %s', async (change) => {
    await tamper(`UPDATE audit_entries SET ${change} WHERE position IN (6, 8)`)
    expect(await verifyChain(db)).toMatchObject({ checked: 5, broken: { position: 6, fault: 'altered' } })
  })

  test('when it was forged with a hash that fits: the next one does not continue it', async () => {
    await tamper(`UPDATE audit_entries SET reason = 'forged' WHERE position = 4`)
    const row = await db.auditEntry.findUniqueOrThrow({ where: { position: 4 } })
    const { prevHash, hash: _, ...facts } = readRow(row)
    await tamper(`UPDATE audit_entries SET hash = '${hashEntry(prevHash, facts)}' WHERE position = 4`)
    expect((await verifyChain(db)).broken).toMatchObject({ position: 5, fault: 'unlinked' })
  })

  test.each([
    [[4], 4, 'row 4 is missing'],
    [[1, 2, 3], 1, 'rows 1 to 3 are missing'],
  ])('when rows %j were removed', async (removed, position, detail) => {
    await tamper(`DELETE FROM audit_entries WHERE position IN (${removed.join()})`)
    expect((await verifyChain(db)).broken).toEqual({ position, fault: 'missing', detail })
  })

  test('when a row is missing where checking was to begin', async () => {
    await tamper('DELETE FROM audit_entries WHERE position = 4')
    expect((await verifyChain(db, { from: 5 })).broken).toMatchObject({ position: 5, fault: 'unlinked' })
  })
})

describe('what a chain cannot tell of itself, a note does', () => {
  beforeEach(() => write(6))

  test('rows cut off the end', async () => {
    const noted = await note()
    await tamper('DELETE FROM audit_entries WHERE position > 4')
    expect((await verifyChain(db)).broken).toBeNull()
    expect((await verifyChain(db, { noted })).broken).toMatchObject({ position: 5, fault: 'missing' })
  })

  test('a chain that was written anew from some row on', async () => {
    const noted = await note()
    await tamper(`UPDATE audit_entries SET reason = 'forged' WHERE position = 3`)
    await rewriteFrom(3)
    expect((await verifyChain(db)).broken).toBeNull()
    expect((await verifyChain(db, { noted })).broken).toMatchObject({ position: 6, fault: 'replaced' })
    await write(1)
    expect((await verifyChain(db, { noted, from: 7 })).broken).toMatchObject({ position: 6, fault: 'replaced' })
  })

  test('a chain that has only grown since is what it was', async () => {
    const noted = await note()
    await write(2)
    expect(await verifyChain(db, { noted })).toMatchObject({ broken: null, checked: 8 })
  })
})

describe('the command', () => {
  const root = path.resolve(import.meta.dirname, '../../../..')
  const command = (...args: string[]) =>
    promisify(execFile)('npm', ['run', '-s', 'audit:verify', '--', ...args], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: url },
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    )

  test('says that all is well, and what to note', async () => {
    await write(3)
    const { hash } = await note()
    expect(await command()).toEqual({ code: 0, stdout: expect.stringContaining(`--noted 3:${hash}`) })
    expect(await command('--noted', `3:${hash}`)).toMatchObject({ code: 0 })
  })

  test('ends with 1 and names the first broken row', async () => {
    await write(3)
    await tamper(`UPDATE audit_entries SET actor = 'nobody' WHERE position = 2`)
    expect(await command()).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^BROKEN at row 2 \(altered\): /),
    })
  })

  test('ends with 2 when it was asked something else', async () => {
    expect(await command('--noted', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('noted') })
    expect(await command('--fix')).toMatchObject({ code: 2, stderr: expect.stringContaining('--fix') })
  })
})
