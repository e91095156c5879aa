import { connectRedis } from '@freshet/redis/connection'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import { LogArchive } from '@freshet/redis/log/log-archive'
import { RedisLogMembers } from '@freshet/redis/log/members'
import { LogSnapshots } from '@freshet/redis/log/snapshots'
import { startRedis } from '@freshet/testing/redis'
import { expect, onTestFinished, test } from 'vitest'
import { readLogPosition } from './read-log-position.ts'

test('it tells how far log, audit and snapshot are, of this generation alone', async () => {
  const server = await startRedis()
  const redis = connectRedis({ url: server.url, name: 'test', stallMs: 0, onError: () => {} })
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
  })
  await new Promise((resolve) => redis.once('ready', resolve))
  const read = () => readLogPosition(redis, new RedisLogMembers(redis))
  expect(await read()).toMatchObject({ tail: 0, records: 0, members: 0, archived: 0, snapshot: 0 })

  const log = new RedisAppendLog(redis, 1_000)
  await log.append({ kind: 'keys', keys: ['shop:1'] })
  const { generation } = await log.append({ kind: 'keys', keys: ['shop:2'] })
  await new LogArchive(redis).confirm({ generation, epoch: 1 })
  await new LogSnapshots(redis).write({ generation, epoch: 2, index: Buffer.from('index') })
  const now = { generation, tail: 2, records: 2, members: 0, archived: 1, snapshot: 2 }
  expect(await read()).toEqual(now)

  await redis.hset('{freshet:log}:meta', 'id', 'another server')
  expect(await read()).toMatchObject({ tail: 0, records: 0, archived: 0, snapshot: 0 })
})
