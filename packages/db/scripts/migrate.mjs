#!/usr/bin/env node
/**
 * Brings the database of DATABASE_URL up to date: creates it when it is missing, then applies what prisma/migrations
 * holds and the database has not seen. It is `prisma migrate deploy` without Prisma: same folder, same
 * `_prisma_migrations` rows and checksums, same advisory lock, so that the two can take turns. It needs pg alone and
 * takes 0.15 s, which is why every start of the platform can afford it.
 *
 * DATABASE_APP_ROLE names the role of the running product, when that is not the one which migrates (docs/audit.md);
 * with DATABASE_APP_PASSWORD it is made too.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { grantAppRole } from './grant-app-role.mjs'
import { createDatabase, plainUrl } from './schema-engine/database.mjs'

const FOLDER = fileURLToPath(new URL('../prisma/migrations', import.meta.url))

/** The advisory lock that Prisma itself takes: two portals that start together migrate one after the other. */
const PRISMA_LOCK = 72_707_369
const LEDGER = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

function readMigrations(folder) {
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

async function connect(url) {
  const open = async () => {
    const client = new pg.Client({ connectionString: plainUrl(url) })
    await client.connect()
    return client
  }
  try {
    return await open()
  } catch (error) {
    if (error.code !== '3D000') throw error
    // Another process may create it at the same moment; then it is there, which is all we want.
    await createDatabase(url).catch((failure) => {
      if (failure.code !== '42P04' && failure.code !== '23505') throw failure
    })
    return open()
  }
}

async function apply(client, { name, sql, checksum }) {
  const id = randomUUID()
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    // The simple protocol runs a script of several statements as one transaction.
    await client.query(sql)
  } catch (error) {
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, String(error.message)])
    throw new Error(`migration ${name} failed: ${error.message}`, { cause: error })
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id])
}

/**
 * @param {string} url
 * @param {{ folder?: string, warn?: (message: string) => void, appRole?: string | undefined,
 *   appPassword?: string | undefined }} [options] appRole: the role of the running product, when it is not the owner; it
 *   gets its rights anew. appPassword: the role's, which is then made when it is missing
 * @returns {Promise<string[]>} names of the migrations applied now
 */
export async function migrate(url, { folder = FOLDER, warn = console.warn, appRole, appPassword } = {}) {
  const client = await connect(url)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
    await client.query(LEDGER)
    const { rows } = await client.query('SELECT * FROM _prisma_migrations WHERE rolled_back_at IS NULL')
    const unfinished = rows.find((row) => row.finished_at === null)
    if (unfinished)
      throw new Error(
        `migration ${unfinished.migration_name} failed earlier (${unfinished.logs ?? 'no reason recorded'}). Repair the ` +
          'database by hand, then run: npx prisma migrate resolve',
      )
    const applied = []
    for (const migration of readMigrations(folder)) {
      const row = rows.find((candidate) => candidate.migration_name === migration.name)
      if (row && row.checksum !== migration.checksum) warn(`${migration.name} was changed after it was applied`)
      if (row) continue
      await apply(client, migration)
      applied.push(migration.name)
    }
    if (appRole) await grantAppRole(client, appRole, appPassword)
    return applied
  } finally {
    await client.end()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.env.DATABASE_URL
  if (!url) {
    console.error(
      'DATABASE_URL is not set: say which database to migrate, e.g. postgresql://user:pass@host:5432/freshet',
    )
    process.exit(2)
  }
  try {
    const applied = await migrate(url, {
      appRole: process.env.DATABASE_APP_ROLE,
      appPassword: process.env.DATABASE_APP_PASSWORD,
    })
    console.log(applied.length === 0 ? 'The database is up to date' : `Applied ${applied.join(', ')}`)
  } catch (error) {
    console.error(error.message || error.code)
    process.exit(1)
  }
}
