import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface TestDatabase {
  /** For `DATABASE_URL`. */
  url: string
  /** Ends its sessions and deletes it. */
  drop(): Promise<void>
}

/**
 * A database of the test's own on the run's shared PostgreSQL (TEST_DATABASE_URL, see vitest.config.ts).
 * @param migrated whether the product's migrations are applied (copied from a template: about 50 ms); true by default.
 */
export async function createDatabase({ migrated = true }: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = required('TEST_DATABASE_URL')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, (client) =>
    client.query(`create database ${name} template ${migrated ? MIGRATED_TEMPLATE : 'template0'}`),
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => administer(server, (client) => drop(client, name)),
  }
}

/** How long sessions that are ending may take, milliseconds. */
const PATIENCE_MS = 2_000

/**
 * A pool that was told to end is done before the server knows. To end such a session by force would send its client an
 * error that nobody listens for any more, and that ends the test's process.
 */
async function drop(client: pg.Client, name: string): Promise<void> {
  for (const untilMs = Date.now() + PATIENCE_MS; Date.now() < untilMs; await sleep(20)) {
    const { rowCount } = await client.query('select from pg_stat_activity where datname = $1 limit 1', [name])
    if (rowCount === 0) break
  }
  await client.query(`drop database if exists ${name} with (force)`)
}

/** The database that the run's global set-up has migrated and nobody else connects to. */
export const MIGRATED_TEMPLATE = 'freshet_template'

/** Runs statements on the server's maintenance database. */
export async function administer(serverUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run this file by vitest with the root's vitest.config.ts`)
  return value
}
