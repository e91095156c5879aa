import { startSentinels } from '@freshet/testing/sentinels'
import { expect, onTestFinished, test } from 'vitest'
import { createJobQueue, jobOptions } from '../job-queues.ts'
import { createJobWorker } from '../job-worker.ts'
import { keys, until } from '../testing/log-world.ts'
import { TopologyLinks } from '../testing/topology-links.ts'

/** A failover is over within seconds: half a second of silence, the sentinels' vote, and our way back. */
const SECONDS = 8_000

async function setUp(options: Parameters<typeof startSentinels>[0] = {}) {
  const topology = await startSentinels(options)
  const links = new TopologyLinks(topology.url)
  onTestFinished(async () => {
    links.close()
    await topology.stop()
  })
  const log = await links.log('node-1', 1_000)
  const { generation } = await log.poll(null, 0)
  const told = async (name: string, atMs: number) =>
    console.log(`${name}: the log answered again after ${Math.round(performance.now() - atMs)} ms`)
  return { topology, links, log, generation, told }
}

test('when the master is killed, the connections find the next one by themselves, and a generation begins', async () => {
  const { topology, log, generation, told } = await setUp()
  await log.append(keys('a'))
  const atMs = performance.now()
  ;(await topology.master()).kill('SIGKILL')
  await expect(log.append(keys('into the void'))).rejects.toMatchObject({ code: 'log_unavailable' })
  const reply = await until(() => log.poll(generation, 1))
  await told('kill -9 of the master', atMs)
  expect(performance.now() - atMs).toBeLessThan(SECONDS)
  expect(reply.generation).not.toBe(generation)
  expect(reply).toMatchObject({ tail: 0, records: [] })
  expect(await until(() => log.append(keys('b')))).toEqual({ generation: reply.generation, epoch: 1 })
}, 60_000)

test('a planned failover ends the generation too, and it ends once', async () => {
  const { topology, links, log, generation, told } = await setUp()
  const other = await links.log('node-2', 1_000)
  const atMs = performance.now()
  await topology.failOver()
  const [reply, others] = await Promise.all([
    until(async () => {
      const found = await log.poll(generation, 0)
      if (found.generation === generation) throw new Error('still the old master')
      return found
    }),
    until(async () => {
      const found = await other.poll(generation, 0)
      if (found.generation === generation) throw new Error('still the old master')
      return found
    }),
  ])
  await told('planned failover', atMs)
  expect(others.generation).toBe(reply.generation)
  // The others attach to the one that was promoted: that changes nothing any more.
  await topology.untilFollowed()
  expect((await log.poll(reply.generation, 0)).generation).toBe(reply.generation)
}, 60_000)

test('what the master took and no replica had is lost, and its generation with it', async () => {
  const { topology, log, generation } = await setUp()
  await log.append(keys('kept'))
  await topology.holdReplication()
  const lost = await log.append(keys('lost'))
  expect(lost).toEqual({ generation, epoch: 2 })
  ;(await topology.master()).kill('SIGKILL')
  const reply = await until(() => log.poll(generation, 2))
  expect(reply.generation).not.toBe(generation)
  expect(reply.tail).toBe(0)
}, 60_000)

test('a master that hangs is given up, and its place taken; when it comes back nobody follows it', async () => {
  const { topology, log, generation, told } = await setUp()
  const old = await topology.master()
  const atMs = performance.now()
  old.kill('SIGSTOP')
  const reply = await until(() => log.poll(generation, 0))
  await told('a master that hangs', atMs)
  expect(reply.generation).not.toBe(generation)
  old.kill('SIGCONT')
  await topology.untilFollowed()
  expect((await log.poll(reply.generation, 0)).generation).toBe(reply.generation)
}, 60_000)

test('a master without its replicas takes neither appends nor polls (rule fence)', async () => {
  const { topology, log, generation } = await setUp({ replicas: 1, minReplicasToWrite: 1 })
  await topology.holdReplication()
  const poll = () => log.poll(generation, 0).catch(({ cause }) => String(cause))
  await expect.poll(poll, { timeout: 10_000 }).toMatch(/NOREPLICAS/)
  await expect(log.append(keys('a'))).rejects.toMatchObject({ code: 'log_unavailable' })
}, 60_000)

test('jobs go on after the master was killed, those that were added before it too', async () => {
  const { topology, links } = await setUp()
  const connection = await links.jobs()
  const queue = createJobQueue('invalidation', connection, () => {})
  const add = (n: number) =>
    queue.add('invalidation.bulk-chunk', { n }, { ...jobOptions('invalidation.bulk-chunk'), jobId: `job-${n}` })
  await add(1)
  const replica = topology.servers[1]
  await expect.poll(() => replica?.ask((redis) => redis.exists('{freshet:queue}:invalidation:job-1'))).toBe(1)
  ;(await topology.master()).kill('SIGKILL')
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
  await add(2)
  await expect.poll(() => [...done].sort(), { timeout: 20_000 }).toEqual([{ n: 1 }, { n: 2 }])
}, 60_000)
