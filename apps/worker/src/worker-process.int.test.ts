import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { idleNodeMetrics } from '@freshet/core/testing/node-metrics'
import { createDb, type Db } from '@freshet/db/client'
import { changeControl } from '@freshet/db/queries/control-revision'
import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import { readSamples } from '@freshet/db/queries/metric-samples'
import { savePolicy } from '@freshet/db/queries/namespace-policies'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { startPostgres, type ThrowawayPostgres } from '@freshet/testing/postgres'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'

const APP = path.resolve(import.meta.dirname, '..')
const CHECKOUT = path.resolve(APP, '../..')

let postgres: ThrowawayPostgres
let redisServer: ThrowawayRedis
let worker: ChildProcess
let health: string
let db: Db
let redis: Redis

beforeEach(async () => {
  ;[postgres, redisServer] = await Promise.all([startPostgres(), startRedis()])
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    FRESHET_SECRET: 'a secret of the test that is long enough',
    FRESHET_WORKER_PORT: '0',
    LOG_LEVEL: 'info',
  }
  const migration = spawn(process.execPath, [path.join(CHECKOUT, 'packages/db/scripts/migrate.mjs')], { env })
  expect(await once(migration, 'exit')).toEqual([0, null])
  worker = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { cwd: APP, env })
  health = `http://127.0.0.1:${await portOf(worker)}`
  db = createDb(postgres.url)
  redis = new Redis(redisServer.url, { maxRetriesPerRequest: null })
  redis.on('error', () => {})
})
afterEach(async () => {
  worker.kill('SIGKILL')
  redis.disconnect()
  await db.$disconnect()
  await Promise.all([postgres.stop(), redisServer.stop()])
})

/** The worker says in its log where it listens. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the worker ended before it said where it listens')))
    // Read to the end of its life: a worker whose log nobody reads would come to a stop.
    child.stdout?.on('data', (chunk) => {
      const port = /"port":(\d+)/.exec(String(chunk))?.[1]
      if (port) resolve(Number(port))
    })
  })
}

const declare = (name: string) => changeControl(db, (tx) => savePolicy(tx, defaultPolicy(name), 1, 'tester'))
const toldOf = async () => {
  const text = await redis.get(redisKeys.controlDocument)
  return text === null ? [] : [...text.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name)
}
const readiness = async () => (await fetch(`${health}/readyz`)).json()
const patience = { timeout: 15_000, interval: 100 }

test('a change that nobody published is told to the nodes within two seconds', async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await expect.poll(() => redis.exists(redisKeys.controlDocument), patience).toBe(1)
  await declare('shop')
  await expect.poll(toldOf, { timeout: 2_000, interval: 20 }).toEqual(['shop'])
})

test('PostgreSQL is killed and comes back', { timeout: 60_000 }, async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  postgres.kill('SIGKILL')
  await expect
    .poll(readiness, patience)
    .toMatchObject({ status: 'not ready', faults: [expect.stringMatching(/PostgreSQL/)] })
  expect((await fetch(`${health}/livez`)).status).toBe(200)
  expect(await (await fetch(`${health}/metrics`)).text()).toContain('worker_jobs_total')
  await postgres.restart()
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await declare('after')
  await expect.poll(toldOf, patience).toEqual(['after'])
})

test('Redis is killed, and comes back without its data', { timeout: 60_000 }, async () => {
  await declare('shop')
  await expect.poll(toldOf, patience).toEqual(['shop'])
  redisServer.kill('SIGKILL')
  await expect
    .poll(readiness, patience)
    .toMatchObject({ status: 'not ready', faults: [expect.stringMatching(/Redis/)] })
  await redisServer.restart()
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await expect.poll(toldOf, patience).toEqual(['shop'])
})

test('SIGTERM ends it in good order', async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  worker.kill('SIGTERM')
  expect(await once(worker, 'exit')).toEqual([0, null])
})

test('SIGTERM ends it soon when Redis is gone and nothing can be handed back', { timeout: 40_000 }, async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  redisServer.kill('SIGKILL')
  await expect.poll(readiness, patience).toMatchObject({ status: 'not ready' })
  const startedMs = performance.now()
  worker.kill('SIGTERM')
  expect(await once(worker, 'exit')).toEqual([0, null])
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})

test('what nodes count becomes samples, and a node that is gone holds up nobody', { timeout: 40_000 }, async () => {
  let l1Hits = 100
  const node = createServer((request, response) => {
    const metrics = idleNodeMetrics('real')
    metrics.counters.hits.l1 = l1Hits
    response.writeHead(request.headers.authorization?.startsWith('Bearer fi_') ? 200 : 401)
    response.end(JSON.stringify(metrics))
  }).listen(0, '127.0.0.1')
  await once(node, 'listening')
  const address = node.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const announcement = (id: string, url: string): NodeAnnouncement => ({
    ...{ id, url, incarnation: 'i', version: '0', startedAt: 0, seenAt: Date.now() },
    ...{ state: 'coherent', draining: false },
  })
  const registry = createNodeRegistry(redis)
  const announce = () =>
    Promise.all([
      registry.announce(announcement('real', `http://127.0.0.1:${port}`)),
      registry.announce(announcement('gone', 'http://127.0.0.1:1')),
    ])
  const timer = setInterval(announce, 1_000)
  try {
    await expect.poll(() => db.metricBaseline.count(), patience).toBe(1)
    l1Hits = 175
    const since = (await databaseNowMs(db)) - 60_000
    await expect.poll(async () => (await readSamples(db, 'reading', since)).length, patience).toBeGreaterThan(0)
    const [sample] = await readSamples(db, 'reading', since)
    expect(sample).toMatchObject({ nodeId: 'real', delta: { counters: { l1Hits: 75 } } })
  } finally {
    clearInterval(timer)
    node.close()
  }
})
