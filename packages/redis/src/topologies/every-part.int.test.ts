import { setTimeout as sleep } from 'node:timers/promises'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { parsePattern } from '@freshet/core/patterns/parse-pattern'
import { announcementOf } from '@freshet/core/testing/announcement'
import { EVERY_TOPOLOGY, type StartedTopology } from '@freshet/testing/redis-topologies'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BulkRuns } from '../bulk-runs.ts'
import { ControlFeed } from '../control-feed.ts'
import { createControlPublisher, digestOf } from '../control-publisher.ts'
import { IdempotencyStore } from '../idempotency-store.ts'
import { InvalidationQueue } from '../invalidation-queue.ts'
import { createJobQueue, jobOptions } from '../job-queues.ts'
import { createJobWorker } from '../job-worker.ts'
import { createKeyLister } from '../key-lister.ts'
import { L2Preview } from '../l2-preview.ts'
import { L2Sweep } from '../l2-sweep.ts'
import { RedisTier } from '../l2-tier.ts'
import { LoadLeases } from '../load-leases.ts'
import { LogArchive } from '../log/log-archive.ts'
import { LogReader } from '../log/log-reader.ts'
import { LogSnapshots } from '../log/snapshots.ts'
import { LogTrimmer } from '../log/trimmer.ts'
import { createNodeRegistry } from '../node-registry.ts'
import { onNodesDoorbell } from '../nodes-doorbell.ts'
import { entryOf, GENERATION, NOW_MS, names } from '../testing/l2-world.ts'
import { keys } from '../testing/log-world.ts'
import { TopologyLinks } from '../testing/topology-links.ts'

describe.each(EVERY_TOPOLOGY)('on %s', (_, start) => {
  let topology: StartedTopology
  let links: TopologyLinks
  let log: Awaited<ReturnType<TopologyLinks['log']>>
  let records: Awaited<ReturnType<TopologyLinks['routed']>>

  beforeAll(async () => {
    topology = await start()
    links = new TopologyLinks(topology.url)
    ;[log, records] = await Promise.all([links.log('node-1'), links.routed('records')])
  })
  afterAll(async () => {
    links.close()
    await topology.stop()
  })

  test('what is appended rings, is polled in order, and waits for its members', async () => {
    const { generation, tail } = await log.poll(null, 0)
    const rung = vi.fn()
    const silence = log.onDoorbell(rung)
    // A subscription is made in the background.
    const appendAndListen = async () => {
      await log.append(keys('first'))
      await sleep(20)
      return rung.mock.calls.length
    }
    await expect.poll(appendAndListen).toBeGreaterThan(0)
    const { epoch } = await log.append(keys('a'), keys('b'))
    await log.append(keys('c'))
    const { records: found } = await log.poll(generation, epoch - 1)
    expect(found).toEqual([
      { epoch, commands: [keys('a'), keys('b')] },
      { epoch: epoch + 1, commands: [keys('c')] },
    ])
    expect(await log.members()).toMatchObject({ generation, members: [{ nodeId: 'node-1', applied: epoch - 1 }] })
    expect(epoch).toBeGreaterThan(tail)
    silence()
  })

  test('the log is read, archived, kept as a snapshot and trimmed by who routes by key', async () => {
    const { generation, epoch } = await log.append(keys('to be archived'))
    const reader = new LogReader(records, 1_000)
    expect((await reader.readAfter(generation, epoch - 1)).records).toHaveLength(1)
    const archive = new LogArchive(records)
    const page = await archive.read({ generation, tail: epoch, ended: false }, epoch - 1, 10)
    expect(page).toMatchObject({ upTo: epoch })
    await archive.confirm({ generation, epoch })
    expect(await archive.isArchived({ generation, epoch })).toBe(true)
    const snapshot = { generation, epoch, index: Buffer.from([0, 255, 1]) }
    expect(await new LogSnapshots(records).write(snapshot)).toBe(true)
    expect(await log.readSnapshot()).toEqual(snapshot)
    expect(await new LogTrimmer(records).trim(0)).toMatchObject({ archived: epoch, snapshot: epoch, removed: epoch })
  })

  test('a control document is published, told of at once, and inspected', async () => {
    const [redis, doorbell] = await Promise.all([
      links.one('control', { near: '{freshet:control}' }),
      links.one('doorbell'),
    ])
    const revisions: number[] = []
    const onDocument = ({ revision }: ControlDocument) => revisions.push(revision)
    const feed = new ControlFeed({ redis, doorbell, pollMs: 60_000, onDocument, onError: () => {} })
    feed.start()
    const publisher = createControlPublisher(records)
    const documentOf = (revision: number) => ControlDocument.parse({ revision, namespaces: [], apiKeys: [] })
    let revision = 0
    const publishAndListen = async () => {
      await publisher.publish(documentOf(++revision))
      await sleep(50)
      return revisions.at(-1) === revision
    }
    await expect.poll(publishAndListen).toBe(true)
    expect(await publisher.inspect()).toEqual({ revision, digest: digestOf(documentOf(revision)) })
    feed.stop()
  })

  test('nodes are listed, told of by what changed, and taken off the list', async () => {
    const registry = createNodeRegistry(records)
    const doorbell = await links.one('doorbell')
    const rung = vi.fn()
    const silence = onNodesDoorbell(doorbell, rung)
    let weight = 1
    const changeAndListen = async () => {
      await registry.announce(announcementOf('a', { weight: weight++ }))
      await sleep(50)
      return rung.mock.calls.length
    }
    await expect.poll(changeAndListen).toBeGreaterThan(0)
    const { change, nodes } = await registry.changesSince(null)
    expect(nodes.map(({ id }) => id)).toEqual(['a'])
    expect(await registry.announce(announcementOf('b'))).toBe(change + 1)
    expect(await registry.changesSince(change)).toMatchObject({ whole: false, nodes: [{ id: 'b' }], gone: [] })
    await registry.withdraw(announcementOf('a'))
    expect(await registry.changesSince(change + 1)).toMatchObject({ nodes: [], gone: ['a'] })
    expect((await registry.list()).map(({ id }) => id)).toEqual(['b'])
    silence()
  })

  test('answers are kept once, loads are one caller’s, and runs are found', async () => {
    const idempotency = new IdempotencyStore(records, { keepMs: 10_000, holdMs: 1_000 })
    const leases = new LoadLeases(records)
    const runs = new BulkRuns(records)
    for (const name of names('n', 10)) {
      const begun = await idempotency.begin(name, 'request')
      if (begun.state !== 'new') throw new Error(begun.state)
      expect(await idempotency.finish(name, begun.claim, 'answer')).toBe(true)
      expect(await idempotency.begin(name, 'request')).toEqual({ state: 'answered', answer: 'answer' })
      expect([await leases.take(name, 'one', 10_000), await leases.take(name, 'other', 10_000)]).toEqual([true, false])
      await leases.release(name, 'one')
      expect(await leases.take(name, 'other', 10_000)).toBe(true)
      await runs.save({ id: name, mode: 'hard', acceptedAtMs: 1, keys: 1, chunks: 1 })
      expect(await runs.find(name)).toMatchObject({ id: name })
    }
  })

  test('jobs are taken and done', async () => {
    const [connection, callers] = await Promise.all([links.jobs(), links.one('callers', { near: '{freshet:queue}' })])
    const done: unknown[] = []
    const worker = createJobWorker({
      ...{ queue: 'invalidation', connection, concurrency: 1, onError: () => {} },
      run: async ({ payload }) => {
        done.push(payload)
      },
    })
    const queue = createJobQueue('invalidation', callers, () => {})
    const chunk = { bulkId: 'bulk', n: 0, chunks: 1 }
    await queue.add('invalidation.bulk-chunk', chunk, jobOptions('invalidation.bulk-chunk'))
    await expect.poll(() => done).toEqual([chunk])
    const invalidations = new InvalidationQueue(callers, () => {})
    expect(await invalidations.bulkLeft('none', 3)).toEqual({ open: 0, dead: 0 })
    await Promise.all([worker.close(), queue.close(), invalidations.close()])
  })

  test('L2 is filled, removed from, listed, previewed, counted and swept, wherever its keys lie', async () => {
    const redis = await links.routed('l2')
    const tier = new RedisTier(redis, 1_000_000)
    const all = [...names('shop', 400), ...names('users', 200)]
    const put = (key: string) => tier.put(key, entryOf(7, ['t']), { compressAboveBytes: 0, nowMs: NOW_MS })
    expect(new Set(await Promise.all(all.map(put)))).toEqual(new Set([true]))
    const states = async () => (await tier.getMany(all)).filter(({ state }) => state === 'hit').length
    expect(await states()).toBe(600)
    expect((await Promise.all(all.map((key) => tier.get(key)))).every(({ state }) => state === 'hit')).toBe(true)
    const pattern = parsePattern('users:*')
    if ('reason' in pattern) throw new Error(pattern.reason)
    const list = createKeyLister(redis)
    const listed: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ pattern, cursor, limit: 30, accept: () => true })
      listed.push(...page.keys.map(({ key }) => key))
      cursor = page.cursor
    } while (cursor !== null)
    expect(listed.sort()).toEqual(names('users', 200).sort())
    const query = { matchesKey: (key: string) => key.startsWith('shop:'), maxLooked: 100_000, maxSample: 5 }
    const preview = await new L2Preview(redis).of({ ...query, matchesTags: null })
    expect(preview.count).toMatchObject({ count: 400, exact: true })
    const tagged = { ...query, matchesTags: (_key: string, tags: readonly string[]) => tags.includes('t') }
    expect((await new L2Preview(redis).of(tagged)).count).toMatchObject({ count: 600, exact: true })

    const sweep = new L2Sweep(redis, 100)
    expect(await sweep.countEntries()).toBeGreaterThanOrEqual(600)
    const met = new Set<string>()
    let at: string | null = null
    do {
      const page: Awaited<ReturnType<typeof sweep.readPage>> = await sweep.readPage(at)
      await sweep.apply(
        page.entries.map((held) => ({ held, action: { act: 'stamp', stamp: 9, freshUntilMs: NOW_MS } })),
      )
      for (const { key } of page.entries) met.add(key)
      at = page.cursor
    } while (at !== null)
    expect([...met].sort()).toEqual([...all].sort())
    const stamps = (await tier.getMany(all)).map((found) => (found.state === 'hit' ? found.entry.stamp : null))
    expect(new Set(stamps)).toEqual(new Set([9]))
    await tier.remove(all, { generation: GENERATION, epoch: 8 })
    expect(await states()).toBe(0)
  })

  test('scripts that a server has forgotten are brought again', async () => {
    const redis = await links.routed('l2')
    const tier = new RedisTier(redis, 1_000_000)
    const put = (key: string) => tier.put(key, entryOf(), { compressAboveBytes: 0, nowMs: NOW_MS })
    await Promise.all(names('k', 20).map(put))
    await topology.administer((server) => server.script('FLUSH'))
    await Promise.all(names('m', 20).map(put))
    await log.append(keys('a'))
    expect((await tier.getMany(names('m', 20))).every(({ state }) => state === 'hit')).toBe(true)
  })

  test('nothing of all that was more than the user may', async () => {
    const refusals = await topology.administer((server) => server.call('ACL', 'LOG'))
    expect(refusals.flat()).toEqual([])
  })
})
