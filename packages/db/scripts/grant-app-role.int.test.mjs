import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createDb } from '../src/client.ts'
import { appendAudit, archivedUpTo, archiveRecords } from '../src/queries/audit.ts'
import { listAudit } from '../src/queries/audit-list.ts'
import { verifyChain } from '../src/queries/audit-verify.ts'
import { changeControl } from '../src/queries/control-revision.ts'
import { migrate } from './migrate.mjs'
import { dropDatabase, withClient, withDatabase } from './schema-engine/database.mjs'

const SERVER = process.env.TEST_DATABASE_URL
const administer = (sql) => withClient(SERVER, (client) => client.query(sql))

/** A role of the test's own, and a database that is not there yet. */
async function prepare(options = 'LOGIN') {
  const role = `app_${randomBytes(6).toString('hex')}`
  const url = withDatabase(SERVER, role)
  await administer(`CREATE ROLE ${role} ${options} PASSWORD 'throwaway'`)
  onTestFinished(async () => {
    await dropDatabase(url)
    await administer(`DROP ROLE ${role}`)
  })
  const appUrl = new URL(url)
  appUrl.username = role
  appUrl.password = 'throwaway'
  return { role, url, appUrl: appUrl.href }
}

const draft = { kind: 'user', action: 'create', actor: 'user:1', actorName: 'ann', target: {}, namespaces: ['*'] }

test('the product does its work with the rights of its role', async () => {
  const { role, url, appUrl } = await prepare()
  await migrate(url, { appRole: role })
  const db = createDb(appUrl)
  try {
    await changeControl(db, (tx) => appendAudit(tx, [draft]))
    const commands = [{ kind: 'all' }]
    await archiveRecords(db, { generation: 'g', after: 0, records: [{ epoch: 1, commands }] })
    await archiveRecords(db, { generation: 'g', after: 1, records: [{ epoch: 2, commands }] })
    expect(await archivedUpTo(db, 'g')).toBe(2)
    expect((await listAudit(db, {}, { after: null, limit: 9 })).entries.length).toBe(3)
    expect(await verifyChain(db)).toMatchObject({ checked: 3, broken: null })
    await db.namespacePolicyRow.deleteMany()
  } finally {
    await db.$disconnect()
  }
})

test.each([
  [`UPDATE audit_entries SET reason = 'another'`, /permission denied for table audit_entries/],
  ['DELETE FROM audit_entries', /permission denied for table audit_entries/],
  ['TRUNCATE audit_entries', /permission denied for table audit_entries/],
  ['DELETE FROM audit_generations', /permission denied for table audit_generations/],
  ['ALTER TABLE audit_entries DISABLE TRIGGER ALL', /must be owner of table audit_entries/],
  ['DROP TABLE audit_entries', /must be owner of table audit_entries/],
  ['SET session_replication_role = replica', /permission denied to set parameter/],
  ['DELETE FROM _prisma_migrations', /permission denied for table _prisma_migrations/],
])('and no more: %s', async (statement, refusal) => {
  const { role, url, appUrl } = await prepare()
  await migrate(url, { appRole: role })
  await expect(withClient(appUrl, (client) => client.query(statement))).rejects.toThrow(refusal)
})

test('rights that somebody gave it by mistake are gone after the next migration', async () => {
  const { role, url, appUrl } = await prepare()
  await migrate(url, { appRole: role })
  await withClient(url, (client) => client.query(`GRANT ALL ON audit_entries TO ${role}`))
  await migrate(url, { appRole: role })
  const removal = withClient(appUrl, (client) => client.query('DELETE FROM audit_entries'))
  await expect(removal).rejects.toThrow(/permission denied/)
})

test('a role from which no right can be kept is refused, and one that does not exist is asked for', async () => {
  const { role, url } = await prepare('SUPERUSER LOGIN')
  await expect(migrate(url, { appRole: role })).rejects.toThrow(/is a superuser/)
  await expect(migrate(url, { appRole: 'nobody"x' })).rejects.toThrow(/CREATE ROLE "nobody""x"/)
  const member = await prepare()
  await administer(`GRANT ${new URL(SERVER).username} TO ${member.role}`)
  await expect(migrate(member.url, { appRole: member.role })).rejects.toThrow(/owner of the tables/)
})

test('with a password the role is made, and a new password replaces the old one', async () => {
  const role = `app_${randomBytes(6).toString('hex')}`
  const url = withDatabase(SERVER, role)
  onTestFinished(async () => {
    await dropDatabase(url)
    await administer(`DROP ROLE ${role}`)
  })
  const appUrl = (password) => Object.assign(new URL(url), { username: role, password }).href
  const countRows = (appUrl) => withClient(appUrl, (client) => client.query('SELECT count(*) FROM audit_entries'))
  await migrate(url, { appRole: role, appPassword: "it's one" })
  await countRows(appUrl("it's one"))
  await migrate(url, { appRole: role, appPassword: 'two' })
  await countRows(appUrl('two'))
  await expect(countRows(appUrl("it's one"))).rejects.toThrow(/password authentication failed/)
})

test('a role that is refused keeps its password', async () => {
  const { role, url, appUrl } = await prepare('SUPERUSER LOGIN')
  await expect(migrate(url, { appRole: role, appPassword: 'another' })).rejects.toThrow(/is a superuser/)
  await withClient(appUrl, (client) => client.query('SELECT 1'))
})

test('the script takes the role from DATABASE_APP_ROLE', async () => {
  const { role, url, appUrl } = await prepare()
  const script = path.join(import.meta.dirname, 'migrate.mjs')
  await promisify(execFile)(process.execPath, [script], {
    env: { PATH: process.env.PATH, DATABASE_URL: url, DATABASE_APP_ROLE: role },
  })
  const { rows } = await withClient(appUrl, (client) =>
    client.query('SELECT count(*)::int AS entries FROM audit_entries'),
  )
  expect(rows).toEqual([{ entries: 0 }])
})
