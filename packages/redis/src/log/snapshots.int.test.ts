import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { keys, logWorld, until } from '../testing/log-world.ts'

const index = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7_919) & 255))

async function setUp({ durable = false } = {}) {
  const world = await logWorld({ durable })
  const { generation } = await world.log.poll(null, 0)
  return { ...world, generation }
}

it('a snapshot comes back as it was written, to members and to readers', async () => {
  const { snapshots, log, reader, generation } = await setUp()
  expect(await snapshots.read()).toBeNull()
  const snapshot = { generation, epoch: 2 ** 40 + 7, index }
  expect(await snapshots.write(snapshot)).toBe(true)
  expect(await snapshots.read()).toEqual(snapshot)
  expect(await log.readSnapshot()).toEqual(snapshot)
  expect(await reader.readSnapshot()).toEqual(snapshot)
})

it('one that reaches less far, or as far, does not take its place', async () => {
  const { snapshots, generation } = await setUp()
  await snapshots.write({ generation, epoch: 2 ** 33, index })
  for (const epoch of [2 ** 33, 2 ** 33 - 1, 5])
    expect(await snapshots.write({ generation, epoch, index: Buffer.from('older') })).toBe(false)
  expect(await snapshots.read()).toEqual({ generation, epoch: 2 ** 33, index })
  expect(await snapshots.write({ generation, epoch: 2 ** 33 + 1, index })).toBe(true)
})

it('one of a generation that is over is neither taken nor handed out', async () => {
  const { snapshots, endGeneration, generation } = await setUp()
  await snapshots.write({ generation, epoch: 100, index })
  await endGeneration()
  expect(await snapshots.read()).toBeNull()
  expect(await snapshots.write({ generation, epoch: 101, index })).toBe(false)
})

it('a new generation writes over the one before, at whatever epoch', async () => {
  const { snapshots, log, endGeneration, generation } = await setUp()
  await snapshots.write({ generation, epoch: 100, index })
  await endGeneration()
  const { generation: next } = await log.poll(null, 0)
  expect(await snapshots.write({ generation: next, epoch: 1, index })).toBe(true)
  expect(await snapshots.read()).toEqual({ generation: next, epoch: 1, index })
})

it('a crash ends its use, though Redis still has it', async () => {
  const { snapshots, log, redis, crash, generation } = await setUp({ durable: true })
  await log.append(keys('a'))
  await snapshots.write({ generation, epoch: 1, index })
  await crash()
  expect(await until(() => snapshots.read())).toBeNull()
  expect(await redis.exists(redisKeys.logSnapshot)).toBe(1)
})

it('what lies there and is no snapshot is none', async () => {
  const { snapshots, redis, generation } = await setUp()
  for (const bytes of ['', 'x', Buffer.from(generation, 'hex')]) {
    await redis.set(redisKeys.logSnapshot, bytes)
    expect(await snapshots.read()).toBeNull()
  }
  expect(await snapshots.write({ generation, epoch: 1, index })).toBe(true)
})
