import { makeEntry } from '@freshet/core/entries/make-entry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { type ConnectionOptions, connectRedis, connectRouted } from '@freshet/redis/connection'
import { InvalidationQueue } from '@freshet/redis/invalidation-queue'
import { RedisTier } from '@freshet/redis/l2-tier'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import { LogArchive } from '@freshet/redis/log/log-archive'
import { LogReader } from '@freshet/redis/log/log-reader'
import { untilReady } from '@freshet/redis/until-ready'
import { createDatabase } from '@freshet/testing/postgres-database'
import { EVERY_TOPOLOGY } from '@freshet/testing/redis-topologies'
import { expect, onTestFinished, test } from 'vitest'
import { spawnWorker } from './testing/worker-process.ts'
import { SECRET } from './testing/worker-stack.ts'

/** What nodes do on that Redis, as far as a worker takes it up. */
async function nodesSideOf(url: string) {
  const options = (name: string): ConnectionOptions => ({ url, name, stallMs: 1_000, onError: () => {} })
  const [log, jobs] = [connectRedis(options('log')), connectRedis({ ...options('jobs'), near: redisKeys.queuePrefix })]
  const routed = connectRouted(options('records'))
  const queue = new InvalidationQueue(jobs, () => {})
  onTestFinished(async () => {
    await queue.close()
    for (const redis of [log, jobs, routed]) redis.disconnect()
  })
  await Promise.all([log, jobs, routed].map((redis) => untilReady(redis, 10_000)))
  return {
    routed,
    queue,
    append: new RedisAppendLog(log, 1_000),
    reader: new LogReader(log, 1_000),
    archive: new LogArchive(log),
    tier: new RedisTier(routed, 1_000_000),
  }
}

test.each(EVERY_TOPOLOGY)(
  'a worker archives, publishes, sweeps and invalidates later on %s by its address alone',
  async (_, start) => {
    const [topology, database] = await Promise.all([start(), createDatabase()])
    onTestFinished(() => Promise.all([topology.stop(), database.drop()]).then(() => undefined))
    const { routed, queue, append, reader, archive, tier } = await nodesSideOf(topology.url)
    const worker = await spawnWorker({
      ...process.env,
      DATABASE_URL: database.url,
      REDIS_URL: topology.url,
      FRESHET_SECRET: SECRET,
      FRESHET_SWEEP_QUIET_MS: '100',
    })
    onTestFinished(() => worker.kill())
    const patience = { timeout: 20_000, interval: 50 }
    const readiness = async () => (await fetch(`${worker.url}/readyz`)).json()
    await expect.poll(readiness, patience).toEqual({ status: 'ready', faults: [] })

    // Published: what the nodes follow is there.
    await expect.poll(() => routed.exists(redisKeys.controlDocument), patience).toBe(1)

    // Swept: of entries in many slots, those go that were invalidated.
    const { generation, epoch } = await append.append({ kind: 'keys', keys: ['first'] })
    const value = {
      body: Buffer.from('x'),
      contentType: 'text/plain',
      etag: null,
      tags: ['t'],
      ttlMs: 60_000,
      swrMs: 0,
      sieMs: 0,
    }
    const nowMs = Date.now()
    const entry = makeEntry(value, { generation, epoch }, defaultPolicy(), nowMs)
    const all = ['shop', 'users'].flatMap((namespace) => Array.from({ length: 30 }, (_, i) => `${namespace}:${i}`))
    await Promise.all(all.map((key) => tier.put(key, entry, { compressAboveBytes: 0, nowMs })))
    const invalidated = await append.append({ kind: 'namespaces', namespaces: ['shop'] })
    const held = async () => (await tier.getMany(all)).filter(({ state }) => state === 'hit').length
    await expect.poll(held, patience).toBe(30)

    // Archived: the audit has it.
    await expect.poll(() => archive.isArchived(invalidated), patience).toBe(true)

    // Put off, and done when its time has come.
    const cause = { id: '0199a6b2-0000-4000-8000-00000000000a', actor: 'key:1', requestId: 'r' }
    await queue.schedule({ matchers: { keys: ['later'] }, mode: 'hard', reach: '*', cause }, 100)
    const found = async () => JSON.stringify((await reader.readAfter(generation, invalidated.epoch)).records)
    await expect.poll(found, patience).toContain('later')

    const refusals = await topology.administer((redis) => redis.call('ACL', 'LOG'))
    expect(refusals.flat()).toEqual([])
    expect(await worker.end()).toEqual([0, null])
  },
  60_000,
)
