import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { keys, logWorld, until } from '../testing/log-world.ts'
import { throwawayRedis } from '../testing/throwaway-redis.ts'
import { LogArchive } from './log-archive.ts'

/** A master whose replica has all of it, and members of both. */
async function setUp() {
  const master = await logWorld()
  const replica = await throwawayRedis()
  const promoted = await replica.connect('promoted')
  // Redis waits five seconds for further replicas, before it sends its data to the first.
  for (const redis of [master.redis, promoted]) await redis.config('SET', 'repl-diskless-sync-delay', 0)
  await promoted.replicaof('127.0.0.1', master.server.port)
  await expect.poll(async () => (await promoted.role())[3], { timeout: 10_000 }).toBe('connected')
  // The first replica that attaches changes the replication id, and so the generation: attach first, then count.
  const { generation } = await master.log.poll(null, 0)
  for (const name of ['a', 'b', 'c']) await master.log.append(keys(name))
  await expect.poll(() => promoted.xlen(redisKeys.logStream), { timeout: 10_000 }).toBe(3)
  return { master, promoted, generation, there: master.member('node-1', 'i', 2_000, promoted) }
}

it('a replica takes no poll and no append: it can neither renew a lease nor promise anything', async () => {
  const { there, generation } = await setUp()
  await expect(there.poll(generation, 3)).rejects.toMatchObject({ code: 'log_unavailable' })
  await expect(there.append(keys('d'))).rejects.toMatchObject({ code: 'log_unavailable' })
  await expect(there.members()).rejects.toMatchObject({ code: 'log_unavailable' })
})

it('a promoted replica begins a new generation with no members, and keeps the records of the old one', async () => {
  const { master, promoted, there, generation } = await setUp()
  await master.log.poll(generation, 3)
  await promoted.replicaof('NO', 'ONE')
  const reply = await until(() => there.poll(generation, 3))
  expect(reply).toMatchObject({ tail: 0, records: [] })
  expect(reply.generation).not.toBe(generation)
  expect(await there.members()).toMatchObject({ members: [{ nodeId: 'node-1', polls: 1 }] })
  const archive = new LogArchive(promoted)
  const [ended] = await archive.generations()
  if (!ended) throw new Error('unreachable')
  expect(ended).toEqual({ generation, tail: 3, ended: true })
  expect((await archive.read(ended, 0, 10))?.records.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
})

it('what the old master took after the promotion is of the old generation, and stays with it', async () => {
  const { master, promoted, there, generation } = await setUp()
  await promoted.replicaof('NO', 'ONE')
  const { generation: next } = await until(() => there.poll(generation, 3))
  expect(await master.log.append(keys('lost'))).toEqual({ generation, epoch: 4 })
  expect(await there.append(keys('d'))).toEqual({ generation: next, epoch: 1 })
  // The old master comes back as a replica: its own fourth record is gone with its dataset.
  await master.redis.replicaof('127.0.0.1', promoted.options.port ?? 0)
  await expect.poll(async () => (await master.redis.role())[3], { timeout: 10_000 }).toBe('connected')
  expect(await master.redis.hget(redisKeys.logMeta, 'gen')).toBe(next)
})

it('a new generation begins once, whoever is first of many to ask', async () => {
  const { master, promoted, there, generation } = await setUp()
  const others = [1, 2, 3].map((i) => master.member(`other-${i}`, 'i', 2_000, promoted))
  await promoted.replicaof('NO', 'ONE')
  await until(() => promoted.set('writable', '1'))
  const [first, second, third, version] = await Promise.all([
    others[0]?.poll(generation, 3),
    others[1]?.members(),
    others[2]?.poll(null, 0),
    there.append(keys('x')),
  ])
  const names = [first?.generation, second?.generation, third?.generation, version.generation]
  expect(new Set(names).size).toBe(1)
  expect(names[0]).not.toBe(generation)
  expect(version.epoch).toBe(1)
})
