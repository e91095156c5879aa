import { randomUUID } from 'node:crypto'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { createDb, type Db } from '@freshet/db/client'
import { archivedUpTo, archiveRecords } from '@freshet/db/queries/audit'
import { connectRedis } from '@freshet/redis/connection'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import { LogArchive } from '@freshet/redis/log/log-archive'
import { createDatabase, type TestDatabase } from '@freshet/testing/postgres-database'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeRun } from '../testing/job-runs.ts'
import { type Audit, createArchive } from './log-archive.ts'

let server: ThrowawayRedis
let redis: Redis
let database: TestDatabase
let db: Db
let append: RedisAppendLog
beforeEach(async () => {
  ;[server, database] = await Promise.all([startRedis({ appendonly: true }), createDatabase()])
  redis = connectRedis({ url: server.url, name: 'test', stallMs: 0, onError: () => {} })
  await ready()
  db = createDb(database.url)
  append = new RedisAppendLog(redis, 10_000)
})
afterEach(async () => {
  redis.disconnect()
  await db.$disconnect()
  await Promise.all([server.stop(), database.drop()])
})

const ready = () => expect.poll(() => redis.status, { timeout: 10_000 }).toBe('ready')
const realAudit = (): Audit => ({
  archivedUpTo: (generation) => archivedUpTo(db, generation),
  archive: (page) => archiveRecords(db, page),
})
const archiveWith = (audit: Audit) => {
  const told = { records: 0, lost: 0 }
  const metrics = {
    archived: ({ records, lost }: { records: number; lost: number }) => {
      told.records += records
      told.lost += lost
    },
  }
  return { job: createArchive({ source: new LogArchive(redis), audit, metrics }), told }
}
const invalidation = (id: string = randomUUID()): LogCommand => ({
  kind: 'keys',
  keys: ['shop:1'],
  cause: { id, actor: 'key:test', requestId: 'r' },
})
const appendSome = async (count: number) => {
  const ids = Array.from({ length: count }, () => randomUUID())
  for (const id of ids) await append.append(invalidation(id))
  return ids
}
const audited = async () =>
  (await db.auditEntry.findMany({ orderBy: { position: 'asc' } })).map(({ causeId }) => causeId)
const confirmed = async (generation: string) =>
  Number(await redis.hget(redisKeys.logProgress, `archived:${generation}`))

test('everything is moved, once, and the log is told that it may go', async () => {
  const ids = await appendSome(1_203)
  const { generation } = await append.append(invalidation())
  const { job, told } = archiveWith(realAudit())
  await job({}, makeRun<'log.archive'>().run)
  expect((await audited()).slice(0, -1)).toEqual(ids)
  expect(await confirmed(generation)).toBe(1_204)
  expect(told).toEqual({ records: 1_204, lost: 0 })
  await job({}, makeRun<'log.archive'>().run)
  expect(told.records).toBe(1_204)
})

test('an archivist that dies between its commit and its word to the log repeats nothing', async () => {
  const ids = await appendSome(30)
  const source = new LogArchive(redis)
  const dying = createArchive({
    source: {
      generations: () => source.generations(),
      read: (generation, after, count) => source.read(generation, after, count),
      confirm: () => Promise.reject(new Error('killed')),
    },
    audit: realAudit(),
    metrics: { archived: () => {} },
  })
  await expect(dying({}, makeRun<'log.archive'>().run)).rejects.toThrow('killed')
  const [{ generation = '' } = {}] = await source.generations()
  expect(await confirmed(generation)).toBe(0)
  await archiveWith(realAudit()).job({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual(ids)
  expect(await confirmed(generation)).toBe(30)
})

test('a generation that ended is moved before the one that followed it', async () => {
  const before = await appendSome(7)
  redis.disconnect()
  await server.restart()
  await redis.connect()
  await ready()
  const after = await appendSome(5)
  await archiveWith(realAudit()).job({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual([...before, ...after])
  expect(await redis.keys('*:stream:*')).toEqual([])
})

test('a generation that cannot be archived keeps none that follow it out of the audit', async () => {
  await appendSome(2)
  redis.disconnect()
  await server.restart()
  await redis.connect()
  await ready()
  const after = await appendSome(3)
  const ended = (await new LogArchive(redis).generations())[0]?.generation
  const poisoned: Audit = {
    ...realAudit(),
    archive: (page) => (page.generation === ended ? Promise.reject(new Error('poison')) : realAudit().archive(page)),
  }
  await expect(archiveWith(poisoned).job({}, makeRun<'log.archive'>().run)).rejects.toThrow('poison')
  expect(await audited()).toEqual(after)
})

test('what was trimmed before it was archived is told as a gap', async () => {
  await appendSome(10)
  await redis.xtrim(redisKeys.logStream, 'MAXLEN', '=', 4)
  const { job, told } = archiveWith(realAudit())
  await job({}, makeRun<'log.archive'>().run)
  expect(told.lost).toBe(6)
  const [gap, ...rest] = await db.auditEntry.findMany({ orderBy: { position: 'asc' } })
  expect(gap).toMatchObject({ kind: 'gap', target: { fromEpoch: 1, toEpoch: 6 } })
  expect(rest.length).toBe(4)
})

test('while PostgreSQL is away the log keeps all, and its archivist fails until it is back', async () => {
  const ids = await appendSome(3)
  const away: Audit = { ...realAudit(), archive: () => Promise.reject(new Error("Can't reach database server")) }
  await expect(archiveWith(away).job({}, makeRun<'log.archive'>().run)).rejects.toThrow('reach')
  expect(await redis.xlen(redisKeys.logStream)).toBe(3)
  await archiveWith(realAudit()).job({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual(ids)
})

test('a second job leaves the work to the first, and takes over from one that hangs past its limit', async () => {
  const ids = await appendSome(3)
  let calls = 0
  const hanging: Audit = {
    ...realAudit(),
    archive: (page) => (++calls === 1 ? new Promise(() => {}) : realAudit().archive(page)),
  }
  const { job } = archiveWith(hanging)
  const limit = new AbortController()
  void job({}, makeRun<'log.archive'>({ signal: limit.signal }).run)
  await expect.poll(() => calls).toBe(1)
  await job({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual([])
  limit.abort()
  await job({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual(ids)
})

test('two archivists at once write each invalidation once', async () => {
  const ids = await appendSome(800)
  const jobs = [archiveWith(realAudit()).job, archiveWith(realAudit()).job]
  await Promise.allSettled(jobs.map((job) => job({}, makeRun<'log.archive'>().run)))
  await jobs[0]?.({}, makeRun<'log.archive'>().run)
  expect(await audited()).toEqual(ids)
})
