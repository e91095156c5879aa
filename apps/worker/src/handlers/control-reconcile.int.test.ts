import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { createDb, type Db } from '@freshet/db/client'
import { readControlDocument } from '@freshet/db/queries/control-document'
import { changeControl } from '@freshet/db/queries/control-revision'
import { savePolicy } from '@freshet/db/queries/namespace-policies'
import { type ControlPublisher, createControlPublisher, digestOf } from '@freshet/redis/control-publisher'
import { createDatabase, type TestDatabase } from '@freshet/testing/postgres-database'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeRun } from '../testing/job-runs.ts'
import { createControlReconcile, judge } from './control-reconcile.ts'

let server: ThrowawayRedis
let redis: Redis
let database: TestDatabase
let db: Db
let publisher: ControlPublisher
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  publisher = createControlPublisher(redis)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})
beforeEach(async () => {
  await redis.flushall()
  database = await createDatabase()
  db = createDb(database.url)
})
afterEach(async () => {
  await db.$disconnect()
  await database.drop()
})

const reconcile = () => createControlReconcile(db, publisher)({}, makeRun<'control.reconcile'>().run)
const declare = (name: string) => changeControl(db, (tx) => savePolicy(tx, defaultPolicy(name), 1, 'tester'))
const held = async () => ControlDocument.parse(JSON.parse((await redis.get(redisKeys.controlDocument)) ?? 'null'))
const expectEqual = async () => {
  const truth = await readControlDocument(db)
  expect(await publisher.inspect()).toEqual({ revision: truth.revision, digest: digestOf(truth) })
  expect(await held()).toEqual(truth)
}

test('a change that was committed and never published reaches Redis', async () => {
  await declare('shop')
  await reconcile()
  await expectEqual()
  await declare('users')
  await reconcile()
  await expectEqual()
})

test('what Redis lost it is given again', async () => {
  await declare('shop')
  await reconcile()
  await redis.flushall()
  await reconcile()
  await expectEqual()
})

test('when both are equal nothing is written and no doorbell rings', async () => {
  await declare('shop')
  await reconcile()
  const before = await redis.info('commandstats')
  await reconcile()
  const after = await redis.info('commandstats')
  const sets = (info: string) => /cmdstat_set:calls=(\d+)/.exec(info)?.[1]
  const publishes = (info: string) => /cmdstat_publish:calls=(\d+)/.exec(info)?.[1]
  expect([sets(after), publishes(after)]).toEqual([sets(before), publishes(before)])
})

test('a database that was restored from a backup outgrows what Redis still holds', async () => {
  await publisher.publish(ControlDocument.parse({ revision: 900, namespaces: [defaultPolicy('lost')], apiKeys: [] }))
  await declare('shop')
  await reconcile()
  await expectEqual()
  expect((await held()).revision).toBe(901)
  expect((await held()).namespaces.map(({ name }) => name)).toEqual(['shop'])
})

test('another text under our own revision is replaced under a newer one, which nodes will notice', async () => {
  await declare('shop')
  const { revision } = await readControlDocument(db)
  await publisher.publish(ControlDocument.parse({ revision, namespaces: [defaultPolicy('forged')], apiKeys: [] }))
  await reconcile()
  await expectEqual()
  expect((await held()).revision).toBe(revision + 1)
})

test('changes, publications and reconciliations at once end in agreement', async () => {
  const publish = async () => publisher.publish(await readControlDocument(db))
  for (let round = 0; round < 5; round++)
    await Promise.all([declare(`n${round}`).then(publish), reconcile(), reconcile(), declare(`m${round}`), publish()])
  await reconcile()
  await expectEqual()
  // A foreign history was never there, so no revision was skipped: one for each of the ten changes.
  expect((await held()).revision).toBe(10)
})

test.each([
  [null, 'behind'],
  [{ revision: 4, digest: 'a' }, 'behind'],
  [{ revision: 5, digest: 'a' }, 'equal'],
  [{ revision: 5, digest: 'b' }, 'foreign'],
  [{ revision: 6, digest: 'a' }, 'foreign'],
] as const)('against revision 5 of digest a, Redis holding %o is %s', (there, verdict) => {
  expect(judge(there, { revision: 5, digest: 'a' })).toBe(verdict)
})
