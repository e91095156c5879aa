import { redisKeys } from '@freshet/core/keys/redis-keys'
import { announcementOf } from '@freshet/core/testing/announcement'
import { expect, it } from 'vitest'
import { createNodeRegistry } from './node-registry.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp() {
  const { connect } = await throwawayRedis()
  const redis = await connect('registry')
  const announcement = (id: string, agoMs = 0) => announcementOf(id, { seenAt: Date.now() - agoMs })
  return { redis, registry: createNodeRegistry(redis), announcement }
}

it('lists the nodes that were seen lately, by id', async () => {
  const { registry, announcement } = await setUp()
  await registry.announce(announcement('b'))
  await registry.announce(announcement('a'))
  await registry.announce(announcement('silent', 10_000))
  expect((await registry.list()).map(({ id }) => id)).toEqual(['a', 'b'])
  await registry.withdraw('b')
  expect((await registry.list()).map(({ id }) => id)).toEqual(['a'])
})

it('forgets a node that vanished long ago, and leaves out what it cannot read', async () => {
  const { redis, registry, announcement } = await setUp()
  await registry.announce(announcement('long-gone', 61_000))
  await redis.hset(redisKeys.nodes, 'broken', '{', 'wrong', '{"id":"wrong"}')
  expect(await registry.list()).toEqual([])
  expect((await redis.hkeys(redisKeys.nodes)).sort()).toEqual(['broken', 'wrong'])
})
