import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisProcess } from '@freshet/testing/redis-process'
import { type Sentinels, type SentinelsOptions, startSentinels } from '@freshet/testing/sentinels'
import { expect, it, onTestFinished } from 'vitest'
import { connectRedis } from '../connection.ts'
import { keys, until } from '../testing/log-world.ts'
import { RedisAppendLog } from './append-log.ts'
import { LogArchive } from './log-archive.ts'
import { LogReader } from './log-reader.ts'
import type { ReplicaRule } from './replica-wait.ts'

const AUTO: ReplicaRule = { wanted: 'auto', withinMs: 300 }

async function setUp(options: SentinelsOptions) {
  const topology = await startSentinels(options)
  onTestFinished(() => topology.stop())
  const connect = async (server: RedisProcess, credentials = '') => {
    const url = `redis://${credentials}127.0.0.1:${server.port}`
    const redis = connectRedis({ url, name: 'test', stallMs: 1_000, onError: () => {} })
    onTestFinished(() => redis.disconnect())
    if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
    return redis
  }
  const { replicas, master } = await serversOf(topology)
  const redis = await connect(master)
  return { topology, connect, master, replicas, redis, log: new RedisAppendLog(redis, 1_000, AUTO) }
}

async function serversOf(topology: Sentinels) {
  const master = await topology.master()
  return { master, replicas: topology.servers.filter((server) => server !== master) }
}

const recordsOn = (server: RedisProcess) => server.ask((redis) => redis.xlen(redisKeys.logStream))
const unavailable = { code: 'log_unavailable' }

it('an append is acknowledged once every replica that the server insists on has it', async () => {
  const { log, replicas } = await setUp({ minReplicasToWrite: 2 })
  for (let i = 1; i <= 20; i++) {
    await log.append(keys(`k${i}`))
    expect(await Promise.all(replicas.map(recordsOn))).toEqual([i, i])
  }
})

it('with a replica that stands still it is refused soon, although it is in the log, and taken again later', async () => {
  const { log, redis, replicas } = await setUp({ minReplicasToWrite: 2, minReplicasMaxLagS: 60 })
  await log.append(keys('a'))
  replicas[0]?.kill('SIGSTOP')
  const sentMs = performance.now()
  await expect(log.append(keys('b'))).rejects.toMatchObject(unavailable)
  expect(performance.now() - sentMs).toBeLessThan(1_000)
  expect(await redis.xlen(redisKeys.logStream)).toBe(2)
  replicas[0]?.kill('SIGCONT')
  expect(await until(() => log.append(keys('c')))).toMatchObject({ epoch: expect.any(Number) })
})

it('a primary whose replicas are silent for longer than it may bear takes no append and no poll', async () => {
  const { log, redis, replicas } = await setUp({ minReplicasToWrite: 1, minReplicasMaxLagS: 1 })
  await log.append(keys('a'))
  for (const replica of replicas) replica.kill('SIGSTOP')
  await expect
    .poll(() => log.append(keys('b')).catch((error) => String(error.cause)), { timeout: 10_000, interval: 200 })
    .toContain('NOREPLICAS')
  const before = await redis.xlen(redisKeys.logStream)
  await expect(log.append(keys('c'))).rejects.toMatchObject(unavailable)
  expect(await redis.xlen(redisKeys.logStream)).toBe(before)
})

it('whoever is promoted has all that was acknowledged', async () => {
  const { topology, connect, master, replicas, redis, log } = await setUp({
    minReplicasToWrite: 2,
    minReplicasMaxLagS: 60,
  })
  const acknowledged: string[] = []
  const refused: string[] = []
  const append = async (key: string) => {
    await log.append(keys(key)).then(
      () => acknowledged.push(key),
      () => refused.push(key),
    )
  }
  for (let i = 0; i < 20; i++) await append(`both-${i}`)
  // One replica falls behind: it is in the other's place that it must not be promoted with less.
  replicas[1]?.kill('SIGSTOP')
  await append('one-only')
  replicas[1]?.kill('SIGCONT')
  await until(() => log.append(keys('again')).then(() => acknowledged.push('again')))
  await topology.holdReplication()
  await append('nobody')
  master.kill('SIGKILL')
  redis.disconnect()
  const promoted = await topology.untilReplaced(master)

  const there = await connect(promoted)
  // It insists on two as well, and one is dead; here it is to be asked all the same.
  await there.config('SET', 'min-replicas-to-write', 0)
  // The first question begins the new generation and puts the stream of the old one aside.
  await new LogReader(there, 10).readAfter(null, 0)
  const archive = new LogArchive(there)
  const [ended] = await archive.generations()
  const page = ended && (await archive.read(ended, 0, 1_000))
  const kept = page?.records.flatMap(({ commands }) =>
    commands.flatMap((command) => ('keys' in command ? command.keys : [])),
  )
  expect(kept).toEqual(expect.arrayContaining(acknowledged))
  expect(kept).not.toContain('nobody')
  expect(refused).toEqual(['one-only', 'nobody'])
})

it('asks the new primary how many it insists on, and waits for none where none is insisted on', async () => {
  const { topology, redis, master, connect } = await setUp({ minReplicasToWrite: 0, replicas: 1 })
  const log = new RedisAppendLog(redis, 1_000, AUTO)
  await topology.holdReplication()
  expect(await log.append(keys('a'))).toMatchObject({ epoch: 1 })
  await topology.resumeReplication(master)
  await topology.untilFollowed()
  await redis.config('SET', 'min-replicas-to-write', 1)
  // Another connection is another server, for all that one can know.
  redis.disconnect(true)
  await until(() => redis.ping())
  await topology.holdReplication()
  await redis.config('SET', 'min-replicas-max-lag', 0)
  await expect(log.append(keys('b'))).rejects.toMatchObject(unavailable)
  expect(await new RedisAppendLog(await connect(master), 1_000).append(keys('c'))).toMatchObject({ epoch: 3 })
})

it('an account that may not read the configuration waits for the replicas that are attached', async () => {
  const { topology, master, redis, connect } = await setUp({ minReplicasToWrite: 2, minReplicasMaxLagS: 60 })
  await redis.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-config')
  const log = new RedisAppendLog(await connect(master, 'app:pw@'), 1_000, AUTO)
  const { replicas } = await serversOf(topology)
  await log.append(keys('a'))
  replicas[0]?.kill('SIGSTOP')
  await expect(log.append(keys('b'))).rejects.toMatchObject(unavailable)
  replicas[0]?.kill('SIGCONT')
})
