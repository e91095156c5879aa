import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from './migrate.mjs'
import { dropDatabase, withClient, withDatabase } from './schema-engine/database.mjs'

const run = promisify(execFile)
const PACKAGE = path.resolve(import.meta.dirname, '..')
const prisma = (args, url) =>
  run(path.join(PACKAGE, 'node_modules/.bin/prisma'), args, {
    cwd: PACKAGE,
    env: { ...process.env, DATABASE_URL: url, CHECKPOINT_DISABLE: '1' },
  })

/** The address of a database that is not there yet. */
function missingDatabase() {
  const url = withDatabase(process.env.TEST_DATABASE_URL, `migrate_${randomBytes(6).toString('hex')}`)
  onTestFinished(() => dropDatabase(url))
  return url
}

function folderOf(migrations) {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, sql] of Object.entries(migrations)) write(folder, name, sql)
  return folder
}

function write(folder, name, sql) {
  mkdirSync(path.join(folder, name), { recursive: true })
  writeFileSync(path.join(folder, name, 'migration.sql'), sql)
}

const rows = (url, sql) => withClient(url, async (client) => (await client.query(sql)).rows)

test('a database that is missing is created and migrated; the second time there is nothing to do', async () => {
  const url = missingDatabase()
  expect(await migrate(url)).not.toEqual([])
  expect(await migrate(url)).toEqual([])
  expect(await rows(url, 'SELECT id, revision FROM control_revision')).toEqual([{ id: 1, revision: 0 }])
})

test('processes that start together apply each migration once', async () => {
  const url = missingDatabase()
  const folder = folderOf({ '1_one': 'CREATE TABLE one (id int)', '2_two': 'CREATE TABLE two (id int)' })
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(url, { folder })))
  expect(applied.flat().sort()).toEqual(['1_one', '2_two'])
})

test('a migration that fails leaves nothing behind, says why, and blocks what follows', async () => {
  const url = missingDatabase()
  const folder = folderOf({
    '1_bad': 'CREATE TABLE half (id int); SELECT 1 / 0',
    '2_next': 'CREATE TABLE next (id int)',
  })
  await expect(migrate(url, { folder })).rejects.toThrow(/1_bad failed: division by zero/)
  await expect(migrate(url, { folder })).rejects.toThrow(/failed earlier \(division by zero\)/)
  expect(await rows(url, `SELECT 1 FROM pg_tables WHERE tablename IN ('half', 'next')`)).toEqual([])
})

test('functions with semicolons in their bodies arrive whole', async () => {
  const url = missingDatabase()
  const sql =
    'CREATE FUNCTION two() RETURNS int AS $$ BEGIN RETURN 2; END; $$ LANGUAGE plpgsql; CREATE TABLE t (id int);'
  await migrate(url, { folder: folderOf({ '1_function': sql }) })
  expect(await rows(url, 'SELECT two()')).toEqual([{ two: 2 }])
})

test('a migration that was edited after it was applied is told of', async () => {
  const url = missingDatabase()
  const folder = folderOf({ '1_one': 'CREATE TABLE one (id int)' })
  await migrate(url, { folder })
  write(folder, '1_one', 'CREATE TABLE one (id bigint)')
  const warnings = []
  await migrate(url, { folder, warn: (text) => warnings.push(text) })
  expect(warnings).toEqual(['1_one was changed after it was applied'])
})

test('Prisma, by its own engine without a download, finds what the runner did up to date', async () => {
  const url = missingDatabase()
  await migrate(url)
  expect((await prisma(['migrate', 'status'], url)).stdout).toContain('up to date')
})

test('the migrations make exactly what the schema says', async () => {
  const url = missingDatabase()
  await migrate(url)
  const diff = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma']
  // Exit code 2 would be a difference, 1 an engine that does not work.
  expect((await prisma([...diff, '--exit-code'], url)).stdout).toContain('No difference detected')
})

test('the script says what is wrong without a stack', async () => {
  const script = path.join(PACKAGE, 'scripts/migrate.mjs')
  const attempt = (env) => run(process.execPath, [script], { env: { PATH: process.env.PATH, ...env } })
  await expect(attempt({})).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^DATABASE_URL is not set/),
  })
  await expect(attempt({ DATABASE_URL: 'postgresql://127.0.0.1:1/x' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^connect ECONNREFUSED 127\.0\.0\.1:1\n$/),
  })
})
