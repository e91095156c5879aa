import { once } from 'node:events'
import { createServer } from 'node:net'
import { startPostgres } from '@freshet/testing/postgres'
import { createDatabase } from '@freshet/testing/postgres-database'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createDb, type Db } from './client.ts'
import { isDatabaseUnavailable } from './failures.ts'
import { changeControl } from './queries/control-revision.ts'
import { databaseNowMs } from './queries/metric-readings.ts'
import { findUserByEmail } from './queries/users.ts'

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

function open(url: string): Db {
  const db = createDb(url)
  onTestFinished(() => db.$disconnect())
  return db
}

test('nobody at the address, a killed server and one that comes back', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const db = open(server.url)
  await databaseNowMs(db)
  server.kill('SIGKILL')
  // The killed postmaster's children notice a moment later, and may answer until then.
  const failure = await vi.waitUntil(() => failureOf(databaseNowMs(db)), { timeout: 20_000 })
  expect(isDatabaseUnavailable(failure)).toBe(true)
  expect(isDatabaseUnavailable(await failureOf(databaseNowMs(db)))).toBe(true)
  expect(isDatabaseUnavailable(await failureOf(changeControl(db, async () => 1)))).toBe(true)
  await server.restart()
  expect(await databaseNowMs(db)).toBeGreaterThan(0)
})

test('a server that takes connections and says nothing is given up', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const startedMs = performance.now()
  expect(isDatabaseUnavailable(await failureOf(databaseNowMs(open(`postgresql://x:x@127.0.0.1:${port}/x`))))).toBe(true)
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})

test('a query, and a change, that wait for ever are given up', async () => {
  const database = await createDatabase()
  const [db, blocker] = [open(database.url), open(database.url)]
  const blocking = blocker.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE users, control_revision`
      const [query, change] = await Promise.all([
        failureOf(findUserByEmail(db, 'a@b.c')),
        failureOf(changeControl(db, async () => 1)),
      ])
      return [isDatabaseUnavailable(query), isDatabaseUnavailable(change)]
    },
    { timeout: 20_000 },
  )
  expect(await blocking).toEqual([true, true])
  await database.drop()
})

test('a transaction that was given up holds no lock, though its rollback could not be sent either', {
  timeout: 90_000,
}, async () => {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const [db, blocker, other] = [open(database.url), open(database.url), open(database.url)]
  await blocker.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE users`
      const givenUp = db.$transaction(
        async (abandoned) => {
          await abandoned.$queryRaw`SELECT 1 FROM (SELECT pg_advisory_xact_lock(42)) AS taken`
          await abandoned.$queryRaw`SELECT count(*) FROM users`
        },
        { timeout: 30_000 },
      )
      expect(isDatabaseUnavailable(await failureOf(givenUp))).toBe(true)
    },
    { timeout: 30_000 },
  )
  // What it waited for is there now: it would go on, and stay open in the pool.
  const free = () => other.$queryRaw`SELECT pg_try_advisory_lock(42) AS free`
  await expect.poll(free).toEqual([{ free: true }])
  expect(await databaseNowMs(db)).toBeGreaterThan(0)
})

test('an answer that is an error is no absence', async () => {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const db = open(database.url)
  expect(isDatabaseUnavailable(await failureOf(db.$queryRaw`SELECT 1 / 0`))).toBe(false)
  expect(isDatabaseUnavailable(await failureOf(db.$queryRaw`SELECT nothing FROM nowhere`))).toBe(false)
  expect(isDatabaseUnavailable(new Error('mine'))).toBe(false)
})
