import { once } from 'node:events'
import { createServer } from 'node:http'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { announcementOf } from '@freshet/core/testing/announcement'
import { idleNodeMetrics } from '@freshet/core/testing/node-metrics'
import { changeControl } from '@freshet/db/queries/control-revision'
import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import { readSamples } from '@freshet/db/queries/metric-samples'
import { savePolicy } from '@freshet/db/queries/namespace-policies'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WorkerProcess } from './testing/worker-process.ts'
import { startStack, type WorkerStack } from './testing/worker-stack.ts'

let stack: WorkerStack
let worker: WorkerProcess
beforeEach(async () => {
  stack = await startStack(process.env, { appendonly: false })
  worker = await stack.startWorker()
})
afterEach(() => stack.stop())

const declare = (name: string) => changeControl(stack.db, (tx) => savePolicy(tx, defaultPolicy(name), 1, 'tester'))
const toldOf = async () => {
  const text = await stack.redis.get(redisKeys.controlDocument)
  return text === null ? [] : [...text.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name)
}
const readiness = async () => (await fetch(`${worker.url}/readyz`)).json()
const patience = { timeout: 30_000, interval: 100 }

test('a change that nobody published is told to the nodes', async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await expect.poll(() => stack.redis.exists(redisKeys.controlDocument), patience).toBe(1)
  await declare('shop')
  // Within two seconds, says the documentation; on a busy machine with many others, that is.
  await expect.poll(toldOf, { timeout: 10_000, interval: 20 }).toEqual(['shop'])
})

test('PostgreSQL is killed and comes back', { timeout: 120_000 }, async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  stack.postgres.kill('SIGKILL')
  await expect
    .poll(readiness, patience)
    .toMatchObject({ status: 'not ready', faults: [expect.stringMatching(/PostgreSQL/)] })
  expect((await fetch(`${worker.url}/livez`)).status).toBe(200)
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain('worker_jobs_total')
  await stack.postgres.restart()
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await declare('after')
  await expect.poll(toldOf, patience).toEqual(['after'])
})

test('Redis is killed, and comes back without its data', { timeout: 120_000 }, async () => {
  await declare('shop')
  await expect.poll(toldOf, patience).toEqual(['shop'])
  stack.server.kill('SIGKILL')
  await expect
    .poll(readiness, patience)
    .toMatchObject({ status: 'not ready', faults: [expect.stringMatching(/Redis/)] })
  await stack.server.restart()
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  await expect.poll(toldOf, patience).toEqual(['shop'])
})

test('SIGTERM ends it in good order', async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  expect(await worker.end()).toEqual([0, null])
})

test('SIGTERM ends it soon when Redis is gone and nothing can be handed back', { timeout: 120_000 }, async () => {
  await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })
  stack.server.kill('SIGKILL')
  await expect.poll(readiness, patience).toMatchObject({ status: 'not ready' })
  const startedMs = performance.now()
  expect(await worker.end()).toEqual([0, null])
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})

test('what nodes count becomes samples, and a node that is gone holds up nobody', { timeout: 120_000 }, async () => {
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
  const announcement = (id: string, url: string) => announcementOf(id, { url, seenAt: Date.now() })
  const registry = createNodeRegistry(stack.redis)
  const announce = () =>
    Promise.all([
      registry.announce(announcement('real', `http://127.0.0.1:${port}`)),
      registry.announce(announcement('gone', 'http://127.0.0.1:1')),
    ])
  const timer = setInterval(announce, 1_000)
  try {
    await expect.poll(() => stack.db.metricBaseline.count(), patience).toBe(1)
    l1Hits = 175
    const since = (await databaseNowMs(stack.db)) - 60_000
    await expect.poll(async () => (await readSamples(stack.db, 'reading', since)).length, patience).toBeGreaterThan(0)
    const [sample] = await readSamples(stack.db, 'reading', since)
    expect(sample).toMatchObject({ nodeId: 'real', delta: { counters: { l1Hits: 75 } } })
  } finally {
    clearInterval(timer)
    node.close()
  }
})
