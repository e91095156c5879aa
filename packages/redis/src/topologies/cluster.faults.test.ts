import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type RedisCluster, startRedisCluster } from '@freshet/testing/redis-cluster'
import type { RedisProcess } from '@freshet/testing/redis-process'
import { Cluster } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { createJobQueue, jobOptions } from '../job-queues.ts'
import { createJobWorker } from '../job-worker.ts'
import { L2Sweep } from '../l2-sweep.ts'
import { RedisTier } from '../l2-tier.ts'
import { entryOf, NOW_MS, names } from '../testing/l2-world.ts'
import { keys, until } from '../testing/log-world.ts'
import { TopologyLinks } from '../testing/topology-links.ts'

async function setUp() {
  const cluster = await startRedisCluster()
  const links = new TopologyLinks(cluster.url)
  onTestFinished(async () => {
    links.close()
    await cluster.stop()
  })
  const redis = await links.routed('l2')
  const tier = new RedisTier(redis, 1_000_000)
  const put = (key: string) => tier.put(key, entryOf(), { compressAboveBytes: 0, nowMs: NOW_MS })
  return { cluster, links, redis, tier, put: (all: readonly string[]) => Promise.all(all.map(put)) }
}

async function another(cluster: RedisCluster, than: RedisProcess): Promise<RedisProcess> {
  const found = (await cluster.masters()).find((master) => master !== than)
  if (!found) throw new Error('unreachable: there are three')
  return found
}

/** Asks until it answers, and prints for how long it did not. */
async function comesBack<T>(what: string, ask: () => Promise<T>): Promise<T> {
  const fromMs = performance.now()
  const answer = await until(ask)
  const tookMs = performance.now() - fromMs
  console.log(`${what}: answered again after ${Math.round(tookMs)} ms`)
  expect(tookMs).toBeLessThan(10_000)
  return answer
}

test('a slot of entries moves while they are read and written: every read finds its entry, none is refused', async () => {
  const { cluster, tier, put } = await setUp()
  const all = names('{hot}', 200)
  await put(all)
  const name = redisKeys.entry('{hot}')
  const from = await cluster.masterOf(name)
  const move = await cluster.beginSlotMove(await cluster.slotOf(name), await another(cluster, from))
  let reads = 0
  let moving = true
  const readAll = async () => {
    while (moving) {
      const [one, found] = await Promise.all([tier.get(all[reads % 200] ?? ''), tier.getMany(all)])
      for (const { state } of [one, ...found]) expect(state).toBe('hit')
      await put(all.slice(0, 5))
      reads++
    }
  }
  const readers = [readAll(), readAll()]
  for (let moved = 0; moved < 200; moved += await move.migrate(10)) await sleep(10)
  await move.finish()
  await sleep(50)
  moving = false
  await Promise.all(readers)
  console.log(`${reads} rounds of 201 reads while the slot moved`)
  expect(reads).toBeGreaterThan(20)
})

/** 1,500 entries, the masters in the order in which they are walked, and an entry of the last of them. */
async function setUpWalk() {
  const { cluster, redis, put } = await setUp()
  const all = names('k', 1_500)
  await put(all)
  const masters = await Promise.all(
    (await cluster.masters()).map(async (server) => ({
      server,
      id: String(await server.ask((it) => it.cluster('MYID'))),
    })),
  )
  const [first, , last] = masters.sort((a, b) => (a.id < b.id ? -1 : 1))
  if (!first || !last) throw new Error('unreachable')
  let traveller = ''
  for (let i = 0; traveller === ''; i++)
    if ((await cluster.masterOf(redisKeys.entry(`k:${i}`))) === last.server) traveller = `k:${i}`
  const slot = await cluster.slotOf(redisKeys.entry(traveller))
  const sweep = new L2Sweep(redis, 50)
  /** `onFirstWalked` comes once, between two pages, when the walk has left the first master. */
  const walk = async (onFirstWalked: () => Promise<unknown>) => {
    const met: string[] = []
    const layouts = new Set<string>()
    let cursor: string | null = null
    let left = false
    do {
      const page: Awaited<ReturnType<typeof sweep.readPage>> = await sweep.readPage(cursor)
      met.push(...page.entries.map(({ key }) => key))
      cursor = page.cursor
      const at = cursor === null ? null : JSON.parse(cursor)
      if (at !== null) layouts.add(at.layout)
      if (left || at?.master === first.id) continue
      left = true
      await onFirstWalked()
    } while (cursor !== null)
    return { met, layouts: layouts.size, timesOf: (key: string) => met.filter((one) => one === key).length }
  }
  return { cluster, first: first.server, traveller, slot, walk }
}

test('a walk begins again when a slot went from a master still to come to one that was walked', async () => {
  const { cluster, first, traveller, slot, walk } = await setUpWalk()
  const { met, layouts, timesOf } = await walk(() => cluster.moveSlot(slot, first))
  expect(new Set(met).size).toBe(1_500)
  expect(layouts).toBe(2)
  expect(timesOf(traveller)).toBeGreaterThan(0)
})

test('a walk meets entries that were sent to a master that was walked, while their slot has yet to follow', async () => {
  const { cluster, first, traveller, slot, walk } = await setUpWalk()
  const { met, layouts, timesOf } = await walk(async () => {
    const move = await cluster.beginSlotMove(slot, first)
    expect(await move.migrate()).toBeGreaterThan(0)
  })
  expect(new Set(met).size).toBe(1_500)
  expect(layouts).toBe(1)
  expect(timesOf(traveller)).toBe(1)
})

test("the log's slot moves: a generation begins with its new master, to which every connection comes by itself", async () => {
  const { cluster, links } = await setUp()
  const log = await links.log('node-1')
  await log.append(keys('a'))
  const { generation } = await log.poll(null, 0)
  const from = await cluster.masterOf(redisKeys.logMeta)
  const rung: number[] = []
  const silence = log.onDoorbell(() => rung.push(performance.now()))
  await cluster.moveSlot(await cluster.slotOf(redisKeys.logMeta), await another(cluster, from))
  const reply = await comesBack("the log's slot moved", () => log.poll(generation, 1))
  expect(reply).toMatchObject({ tail: 0, records: [] })
  expect(reply.generation).not.toBe(generation)
  const version = await until(() => log.append(keys('b')))
  expect(version).toEqual({ generation: reply.generation, epoch: 1 })
  const before = rung.length
  await expect.poll(async () => (await log.append(keys('c')).catch(() => null)) && rung.length).toBeGreaterThan(before)
  silence()
})

test("the log's master is killed: its replica is promoted, and a generation begins", async () => {
  const { cluster, links } = await setUp()
  const log = await links.log('node-1', 1_000)
  const { generation } = await log.poll(null, 0)
  const master = await cluster.masterOf(redisKeys.logMeta)
  master.kill('SIGKILL')
  await expect(log.append(keys('into the void'))).rejects.toMatchObject({ code: 'log_unavailable' })
  const reply = await comesBack("kill -9 of the log's master", () => log.poll(generation, 0))
  expect(reply.generation).not.toBe(generation)
  expect(await cluster.untilReplaced(master)).toBe(await cluster.masterOf(redisKeys.logMeta))
}, 60_000)

test("a planned failover of the log's master ends the generation, at once", async () => {
  const { cluster, links } = await setUp()
  const log = await links.log('node-1', 1_000)
  const { generation } = await log.poll(null, 0)
  await cluster.failOver(await cluster.masterOf(redisKeys.logMeta))
  const reply = await comesBack('planned failover', () => log.poll(generation, 0))
  expect(reply.generation).not.toBe(generation)
})

test('a master is killed: the rest of L2 answers meanwhile, and its part when its replica was promoted', async () => {
  const { cluster, tier, put } = await setUp()
  const all = names('k', 300)
  await put(all)
  const victim = await cluster.masterOf(redisKeys.entry('k:0'))
  const masterOf = new Map(
    await Promise.all(all.map(async (key) => [key, await cluster.masterOf(redisKeys.entry(key))] as const)),
  )
  const [lost, kept] = [
    all.filter((key) => masterOf.get(key) === victim),
    all.filter((key) => masterOf.get(key) !== victim),
  ]
  // Until its replica is promoted the cluster refuses everything, unless it was told to go on without a part.
  for (const master of await cluster.masters())
    await master.ask((redis) => redis.config('SET', 'cluster-require-full-coverage', 'no'))
  victim.kill('SIGKILL')
  await expect(tier.get(lost[0] ?? '')).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(new Set((await tier.getMany(kept)).map(({ state }) => state))).toEqual(new Set(['hit']))
  const found = await comesBack('kill -9 of a master of L2', () => tier.getMany(lost))
  expect(new Set(found.map(({ state }) => state))).toEqual(new Set(['hit']))
}, 60_000)

test('a master that hangs is given up after the limit, and what it was asked is not asked of anybody again', async () => {
  const { cluster, links } = await setUp()
  const redis = await links.routed('counter', 300)
  await redis.incr('counter')
  const victim = await cluster.masterOf('counter')
  // A promotion would hide whether the question was repeated.
  for (const replica of await cluster.replicasOf(victim)) replica.kill('SIGSTOP')
  victim.kill('SIGSTOP')
  const askedMs = performance.now()
  await expect(redis.incr('counter')).rejects.toThrow()
  expect(performance.now() - askedMs).toBeLessThan(1_000)
  victim.kill('SIGCONT')
  await until(() => redis.ping())
  const count = await comesBack('a master that hung', async () => Number(await redis.get('counter')))
  // Once, before the pause; and once more when it woke, because the question lay in its socket.
  expect(count).toBe(2)
}, 60_000)

test('no read is answered by a replica, though they are all known', async () => {
  const { cluster, redis, put, tier } = await setUp()
  await put(names('k', 100))
  await tier.getMany(names('k', 100))
  if (!(redis instanceof Cluster)) throw new Error('unreachable')
  expect(redis.nodes('slave')).toHaveLength(3)
  const reads = async (server: RedisProcess) =>
    Number(/cmdstat_get:calls=(\d+)/.exec(await server.ask((it) => it.info('commandstats')))?.[1] ?? 0)
  const masters = await cluster.masters()
  const replicas = cluster.servers.filter((server) => !masters.includes(server))
  expect((await Promise.all(replicas.map(reads))).every((count) => count === 0)).toBe(true)
  expect((await Promise.all(masters.map(reads))).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100)
})

test('jobs go on after the queues’ master was killed', async () => {
  const { cluster, links } = await setUp()
  const connection = await links.jobs()
  const queue = createJobQueue('invalidation', connection, () => {})
  const done: unknown[] = []
  const worker = createJobWorker({
    ...{ queue: 'invalidation', connection, concurrency: 1, onError: () => {} },
    run: async ({ payload }) => {
      done.push(payload)
    },
  })
  onTestFinished(async () => {
    await worker.close(true)
    await queue.close()
  })
  const add = (n: number) => queue.add('invalidation.bulk-chunk', { n }, jobOptions('invalidation.bulk-chunk'))
  await add(1)
  await expect.poll(() => done).toEqual([{ n: 1 }])
  const master = await cluster.masterOf(redisKeys.queuePrefix)
  master.kill('SIGKILL')
  await cluster.untilReplaced(master)
  await comesBack('adding a job', () => add(2))
  await expect.poll(() => done, { timeout: 30_000 }).toContainEqual({ n: 2 })
  // And after a move: the worker, which only waits, hears of it by what it is refused.
  const from = await cluster.masterOf(redisKeys.queuePrefix)
  await cluster.moveSlot(await cluster.slotOf(redisKeys.queuePrefix), await another(cluster, from))
  await comesBack('adding a job', () => add(3))
  await expect.poll(() => done, { timeout: 30_000 }).toContainEqual({ n: 3 })
}, 120_000)
