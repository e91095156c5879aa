import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { startPostgres } from './postgres.ts'
import { administer, MIGRATED_TEMPLATE } from './postgres-database.ts'
import { startRedis } from './redis.ts'

/**
 * Vitest's global set-up for `*.int.test.ts`: one real Redis and one real PostgreSQL for the run, on free ports, unless
 * TEST_REDIS_URL and TEST_DATABASE_URL already name servers (whose data tests may then destroy).
 */
export default async function setup(): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = []
  const provide = async (name: string, start: () => Promise<{ url: string; stop(): Promise<void> }>) => {
    if (process.env[name]) return
    const server = await start()
    process.env[name] = server.url
    stops.push(async () => {
      delete process.env[name]
      await server.stop()
    })
  }
  await Promise.all([provide('TEST_REDIS_URL', startRedis), provide('TEST_DATABASE_URL', startPostgres)])
  await migrateTemplate(process.env.TEST_DATABASE_URL ?? '')
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

/** Migrates once; every test's database is a copy, which PostgreSQL makes far faster than it migrates. */
async function migrateTemplate(serverUrl: string): Promise<void> {
  await administer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${MIGRATED_TEMPLATE} with (force)`)
    await client.query(`create database ${MIGRATED_TEMPLATE}`)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${MIGRATED_TEMPLATE}`
  await promisify(execFile)(process.execPath, [path.join(CHECKOUT, 'packages/db/scripts/migrate.mjs')], {
    env: { ...process.env, DATABASE_URL: url.href },
  })
}
