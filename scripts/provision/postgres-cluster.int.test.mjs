import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../processes/ports.mjs'
import { packagedPostgres } from './postgres-binaries.mjs'
import { placePostgres } from './postgres-place.mjs'
import { startPostgresServer } from './postgres-server.mjs'

/** @type {string} */
let folder
/** @type {import('./postgres-place.mjs').PostgresPlace} */
let place
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'freshet-cluster-'))
  chmodSync(folder, 0o711)
  place = placePostgres(await packagedPostgres(), folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function start(password = 'one') {
  const port = await freePort()
  return startPostgresServer({
    place,
    port,
    password,
    database: 'freshet',
    logFile: path.join(folder, 'postgres.log'),
    durable: false,
  })
}

test('an initialisation that was cut short is begun again', async () => {
  mkdirSync(path.join(folder, 'postgres.init'))
  writeFileSync(path.join(folder, 'postgres.init/half'), '')
  const server = await start()
  await server.stop()
  expect(existsSync(path.join(place.dataDir, 'PG_VERSION'))).toBe(true)
})

test('the lock of a killed PostgreSQL does not hold up the next, even when its pid lives on as another process', async () => {
  const first = await start()
  const lock = path.join(place.dataDir, 'postmaster.pid')
  const lines = readFileSync(lock, 'utf8').split('\n')
  await first.stop()
  // This very process stands in for the one that was given the number.
  writeFileSync(lock, [process.pid, ...lines.slice(1)].join('\n'))
  const second = await start()
  expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${second.pid}\n`))
  await second.stop()
})

test('a session that outlives a killed PostgreSQL is waited for', async () => {
  const first = await start()
  const client = new pg.Client({ connectionString: first.url })
  client.on('error', () => {})
  await client.connect()
  // Computing, it does not look whether its server still lives.
  const computing = client.query('select count(*) from generate_series(1, 20000000)').catch(() => {})
  await expect.poll(() => sessionsBusy(first.url)).toBe(1)
  first.signal('SIGKILL')
  await first.exited
  const second = await start()
  expect(await sessionsBusy(second.url)).toBe(0)
  await computing
  await second.stop()
})

/** @param {string} url */
async function sessionsBusy(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    "select count(*)::int from pg_stat_activity where query like 'select count(*) from gen%'",
  )
  await client.end()
  return rows[0].count
}

test('data of another installation is refused in a sentence, and left as it is', async () => {
  await (await start('one')).stop()
  await expect(start('another')).rejects.toThrow(/secrets\.json, which is lost/)
  await (await start('one')).stop()
})
