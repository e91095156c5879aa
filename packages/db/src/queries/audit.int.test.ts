import type { LogCommand } from '@freshet/core/coherence/log-record'
import pg from 'pg'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { AuditDraft } from '../audit/audit-entry.ts'
import type { Db } from '../client.ts'
import { openTestDb } from '../testing/open-test-db.ts'
import { appendAudit, archivedUpTo, archiveRecords } from './audit.ts'

const generation = '00112233aabbccdd'
let url: string
let db: Db
beforeEach(async () => {
  ;({ db, url } = await openTestDb(onTestFinished))
})

const keys = (id: string, ...names: string[]): LogCommand => ({
  kind: 'keys',
  keys: names,
  cause: { id, actor: 'key:k1', requestId: `r-${id}` },
})
const page = (after: number, epochs: number) => ({
  generation,
  after,
  records: Array.from({ length: epochs }, (_, i) => ({
    epoch: after + i + 1,
    commands: [keys(`c${after + i + 1}`, `shop:${i}`), { kind: 'put', keys: [`shop:${i}`] } satisfies LogCommand],
  })),
})
const draft = (more: Partial<AuditDraft> = {}): AuditDraft => ({
  kind: 'user',
  action: 'create',
  actor: 'user:1',
  actorName: 'ann',
  target: { id: '2' },
  namespaces: ['*'],
  ...more,
})
const entries = () => db.auditEntry.findMany({ orderBy: { position: 'asc' } })
const generations = async () =>
  (await db.auditGeneration.findMany()).map(({ archivedUpTo, putsCounted }) => [
    Number(archivedUpTo),
    Number(putsCounted),
  ])

describe('archiving', () => {
  test('a page is in the audit, and what was put is counted', async () => {
    const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
    const { records } = page(0, 3)
    const outcome = await archiveRecords(db, { generation, after: 0, records: records.map((r) => ({ ...r, atMs })) })
    expect(outcome).toEqual({ archivedUpTo: 3, written: 3, puts: 3, lost: 0 })
    expect(await archivedUpTo(db, generation)).toBe(3)
    expect(await generations()).toEqual([[3, 3]])
    expect(await entries()).toMatchObject(
      [1, 2, 3].map((n) => ({
        position: BigInt(n),
        at: new Date(atMs),
        generation,
        epoch: BigInt(n),
        index: 0,
        causeId: `c${n}`,
      })),
    )
  })

  test('a page that comes again changes nothing', async () => {
    await archiveRecords(db, page(0, 5))
    const before = await entries()
    expect(await archiveRecords(db, page(0, 5))).toEqual({ archivedUpTo: 5, written: 0, puts: 0, lost: 0 })
    expect(await entries()).toEqual(before)
    expect(await generations()).toEqual([[5, 5]])
  })

  test('a repeated invalidation is one entry, wherever in the log its repeat lies', async () => {
    const repeat = (epoch: number) => ({ epoch, commands: [keys('same', 'shop:1')] })
    await archiveRecords(db, { generation, after: 0, records: [repeat(1), repeat(2)] })
    await archiveRecords(db, { generation, after: 2, records: [repeat(3)] })
    await archiveRecords(db, { generation: 'ffffffffffffffff', after: 0, records: [repeat(1)] })
    expect((await entries()).map(({ causeId, epoch }) => [causeId, epoch])).toEqual([['same', 1n]])
    expect(await archivedUpTo(db, generation)).toBe(3)
  })

  test('an id that was used for something else hides nothing', async () => {
    const records = [
      { epoch: 1, commands: [keys('same', 'shop:1')] },
      { epoch: 2, commands: [keys('same', 'shop:2')] },
    ]
    expect(await archiveRecords(db, { generation, after: 0, records })).toMatchObject({ written: 2 })
  })

  test('a refused page leaves nothing', async () => {
    await expect(archiveRecords(db, page(7, 2))).rejects.toThrow(/archived up to 0/)
    expect(await entries()).toEqual([])
    expect(await archivedUpTo(db, generation)).toBe(0)
  })

  test('text that PostgreSQL cannot keep does not stop the archive', async () => {
    const cause = {
      id: 'x'.repeat(5_000),
      actor: `token:${'é'.repeat(3_000)}`,
      requestId: '\ud800',
      reason: 'a\u0000b',
    }
    const command: LogCommand = { kind: 'tags', tags: ['t\u0000', '\udfff'], reach: ['n'.repeat(4_000)], cause }
    const records = [{ epoch: 1, commands: [command] }]
    expect(await archiveRecords(db, { generation, after: 0, records })).toMatchObject({ written: 1 })
    expect(await archiveRecords(db, { generation, after: 0, records })).toMatchObject({ written: 0 })
    expect((await entries())[0]).toMatchObject({ reason: 'a\ufffdb', requestId: '\ufffd' })
  })
})

describe('an entry belongs to its transaction', () => {
  test('what is rolled back leaves no entry and no hole in the positions', async () => {
    const failing = db.$transaction(async (tx) => {
      await appendAudit(tx, [draft()])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await db.$transaction((tx) => appendAudit(tx, [draft({ action: 'update' })]))
    expect((await entries()).map(({ position, action }) => [position, action])).toEqual([[1n, 'update']])
  })

  test('writers at the same moment take turns: positions have no holes and each continues the one before', async () => {
    const alone = (i: number) => db.$transaction((tx) => appendAudit(tx, [draft({ target: { i } })]))
    await Promise.all([...Array.from({ length: 8 }, (_, i) => alone(i)), archiveRecords(db, page(0, 50))])
    const all = await entries()
    expect(all.map(({ position }) => Number(position))).toEqual(Array.from({ length: 58 }, (_, i) => i + 1))
    for (const [i, entry] of all.entries()) expect(entry.prevHash).toBe(all[i - 1]?.hash ?? '0'.repeat(64))
  })
})

describe('append-only, for whoever owns the table', () => {
  test.each([
    `UPDATE audit_entries SET reason = 'another' WHERE position = 1`,
    'UPDATE audit_entries SET reason = reason WHERE false',
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    `SET session_replication_role = replica; DELETE FROM audit_entries`,
    `INSERT INTO audit_entries SELECT * FROM audit_entries ON CONFLICT (position) DO UPDATE SET reason = 'another'`,
  ])('%s is refused', async (statement) => {
    await db.$transaction((tx) => appendAudit(tx, [draft()]))
    const before = await entries()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await expect(client.query(statement)).rejects.toThrow(/append-only/)
    await client.end()
    expect(await entries()).toEqual(before)
  })
})
