import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres, type ThrowawayPostgres } from '@freshet/testing/postgres'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../scripts/migrate.mjs'
import type { ArchivableRecord } from '../audit/archive-page.ts'
import type { AuditDraft } from '../audit/audit-entry.ts'
import { createDb, type Db } from '../client.ts'
import { isDatabaseUnavailable } from '../failures.ts'
import { appendAudit, archivedUpTo, archiveRecords } from './audit.ts'
import { verifyChain } from './audit-verify.ts'

const generation = '00112233aabbccdd'
const EPOCHS = 1_500
/** Enough; on a slow machine, ending every transaction would leave none that ends by itself. */
const TERMINATIONS = 25
const PUTS_PER_EPOCH = 2
/** What Redis would hold: an invalidation in each record, every tenth a repeat of the one before, and some writes. */
const log = Array.from({ length: EPOCHS }, (_, i): ArchivableRecord => {
  const id = `c${i % 10 === 9 ? i - 1 : i}`
  const cause = { id, actor: 'key:k1', requestId: `r${id}` }
  return {
    epoch: i + 1,
    commands: [
      { kind: 'keys', keys: [`shop:${id}`], cause },
      { kind: 'put', keys: ['users:1', 'users:2'] },
    ],
  }
})
const DISTINCT = (EPOCHS * 9) / 10

let server: ThrowawayPostgres
let url: string
beforeAll(async () => {
  server = await startPostgres()
  url = server.url.replace(/\/postgres$/, '/faults')
  await migrate(url)
})
afterAll(() => server.stop())

/** As a worker does it: ask how far the archive is, read from there, archive, and try again whatever went wrong. */
async function archiveAll(db: Db, pageSize: number): Promise<{ failures: number; unforeseen: unknown[] }> {
  const outcome = { failures: 0, unforeseen: [] as unknown[] }
  for (;;) {
    try {
      const after = await archivedUpTo(db, generation)
      if (after >= EPOCHS) return outcome
      await archiveRecords(db, { generation, after, records: log.slice(after, after + pageSize) })
    } catch (error) {
      outcome.failures += 1
      if (!isDatabaseUnavailable(error)) outcome.unforeseen.push(error)
      await sleep(20)
    }
  }
}

async function changeThings(db: Db, isOver: () => boolean): Promise<number> {
  let done = 0
  while (!isOver()) {
    const draft: AuditDraft = {
      ...{ kind: 'user', action: 'update', actor: 'user:1', actorName: 'ann', namespaces: ['*'] },
      target: { n: done },
      cause: { id: `change ${done}`, digest: '' },
    }
    // Repeated until it is known to have happened; its id makes a repeat of one that had happened nothing.
    await db
      .$transaction((tx) => appendAudit(tx, [draft]))
      .then(
        () => {
          done += 1
        },
        () => sleep(20),
      )
  }
  return done
}

/** Ends sessions in the middle of whatever they do; those that hold the audit's lock above all. */
async function terminateWriters(): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()`,
    )
    return rowCount ?? 0
  } catch {
    return 0
  } finally {
    await client.end().catch(() => {})
  }
}

test('archivists at once, transactions ended in the middle, PostgreSQL killed: nothing is lost, nothing doubled', async () => {
  const pools = [createDb(url), createDb(url), createDb(url)] as const
  let isOver = false
  let terminated = 0
  try {
    const archivists = Promise.all([archiveAll(pools[0], 7), archiveAll(pools[1], 13)]).finally(() => {
      isOver = true
    })
    const changes = changeThings(pools[2], () => isOver)
    let crashes = 0
    for (let round = 1; !isOver; round++) {
      if (terminated < TERMINATIONS) terminated += await terminateWriters()
      if (round === 5 || round === 15) {
        server.kill('SIGKILL')
        await server.restart()
        crashes += 1
      }
      await sleep(5)
    }
    const outcomes = await archivists
    // The last change may still be under way: nothing is counted before it has ended.
    const changed = await changes
    expect(outcomes.flatMap(({ unforeseen }) => unforeseen)).toEqual([])
    expect(terminated).toBeGreaterThanOrEqual(TERMINATIONS)
    expect(crashes).toBe(2)
    const [db] = pools
    const ids = (await db.auditEntry.findMany({ where: { kind: 'invalidation' } })).map(({ causeId }) => causeId)
    expect(ids.length).toBe(DISTINCT)
    expect(new Set(ids).size).toBe(DISTINCT)
    expect(await db.auditEntry.count({ where: { kind: 'gap' } })).toBe(0)
    expect(await db.auditEntry.count({ where: { kind: 'user' } })).toBe(changed)
    const row = await db.auditGeneration.findUniqueOrThrow({ where: { generation } })
    expect([Number(row.archivedUpTo), Number(row.putsCounted)]).toEqual([EPOCHS, EPOCHS * PUTS_PER_EPOCH])
    expect(await verifyChain(db)).toMatchObject({ broken: null, complete: true, checked: DISTINCT + changed })
  } finally {
    isOver = true
    await Promise.all(pools.map((pool) => pool.$disconnect()))
  }
}, 120_000)
