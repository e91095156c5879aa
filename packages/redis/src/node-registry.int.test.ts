import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { announcementOf } from '@freshet/core/testing/announcement'
import { expect, it } from 'vitest'
import { createNodeRegistry } from './node-registry.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp() {
  const { server, connect } = await throwawayRedis()
  const redis = await connect('registry')
  const registry = createNodeRegistry(redis)
  const announce = (id: string, facts: Partial<NodeAnnouncement> = {}) => registry.announce(announcementOf(id, facts))
  /** Puts off when a node was heard of, as if it had fallen silent then. */
  const backdate = (id: string, ms: number) => redis.zincrby(redisKeys.nodesSeen, -ms, id)
  const ids = async () => (await registry.list()).map(({ id }) => id)
  return { server, connect, redis, registry, announce, backdate, ids }
}

it('lists the nodes that were seen lately, by id, each as it described itself, at a time of the server', async () => {
  const { redis, registry, announce, ids } = await setUp()
  const before = Number((await redis.time())[0]) * 1_000
  await announce('b', { state: 'degraded', draining: true, zone: 'z-1', weight: 300, seenAt: 5 })
  await announce('a')
  const [a, b] = await registry.list()
  expect(a).toEqual(announcementOf('a', { seenAt: a?.seenAt ?? 0 }))
  expect(b).toMatchObject({ id: 'b', state: 'degraded', draining: true, zone: 'z-1', weight: 300 })
  expect(b?.seenAt).toBeGreaterThanOrEqual(before)
  await registry.withdraw(announcementOf('b'))
  expect(await ids()).toEqual(['a'])
})

it('drops a node that fell silent, at the next announcement of another', async () => {
  const { registry, announce, backdate, ids } = await setUp()
  await announce('a')
  await announce('silent')
  const { change } = await registry.changesSince(null)
  await backdate('silent', 5_000)
  await announce('a')
  expect(await ids()).toEqual(['a', 'silent'])
  await backdate('silent', 1_500)
  expect(await ids()).toEqual(['a'])
  await announce('a')
  expect(await registry.changesSince(change)).toMatchObject({ whole: false, nodes: [], gone: ['silent'] })
})

it('drops nobody for a time in which nobody could speak', async () => {
  const { registry, announce, backdate, ids } = await setUp()
  for (const id of ['a', 'b', 'c']) await announce(id)
  const { change } = await registry.changesSince(null)
  for (const id of ['a', 'b', 'c']) await backdate(id, 60_000)
  await announce('b')
  expect(await ids()).toEqual(['a', 'b', 'c'])
  expect(await registry.changesSince(change)).toMatchObject({ nodes: [], gone: [] })
  // A server whose clock is behind that of the one before it: they must not live on until it has caught up.
  for (const id of ['a', 'b', 'c']) await backdate(id, -60_000)
  await announce('b')
  await backdate('a', 6_500)
  await announce('b')
  expect(await ids()).toEqual(['b', 'c'])
})

it('counts changes of who is there and how, and neither heartbeats nor states', async () => {
  const { announce, registry } = await setUp()
  const first = await announce('a')
  expect(await announce('a', { state: 'degraded', seenAt: 7 })).toBe(first)
  let last = first
  for (const facts of [
    { draining: true },
    { weight: 50 },
    { zone: 'z' },
    { inRing: false },
    { incarnation: 'second' },
  ]) {
    const change = await announce('a', facts)
    expect(change).toBeGreaterThan(last)
    last = change
  }
  await registry.withdraw(announcementOf('a', { incarnation: 'second' }))
  expect(await announce('b')).toBe(last + 2)
})

it('rings the doorbell for each change, with its number', async () => {
  const { connect, announce, registry } = await setUp()
  const doorbell = await connect('doorbell')
  const heard: string[] = []
  doorbell.on('message', (_channel, text) => heard.push(text))
  await doorbell.subscribe(redisKeys.nodesDoorbell)
  await announce('a')
  await announce('a', { state: 'degraded' })
  await announce('a', { draining: true })
  await registry.withdraw(announcementOf('a'))
  await registry.withdraw(announcementOf('a'))
  await expect.poll(() => heard).toEqual(['1', '2', '3'])
})

it('tells who knows the list what changed in it, and nothing else', async () => {
  const { announce, registry } = await setUp()
  for (const id of ['a', 'b', 'c', 'd']) await announce(id)
  const { change, whole, nodes } = await registry.changesSince(null)
  expect([whole, nodes.map(({ id }) => id).sort()]).toEqual([true, ['a', 'b', 'c', 'd']])
  expect(await registry.changesSince(change)).toEqual({ change, whole: false, nodes: [], gone: [] })
  await announce('b', { draining: true })
  await announce('b', { draining: false })
  await registry.withdraw(announcementOf('c'))
  const later = await registry.changesSince(change)
  expect(later).toMatchObject({ change: change + 3, whole: false, nodes: [{ id: 'b', draining: false }], gone: ['c'] })
})

it('tells the whole list to who is far behind, or ahead of a server that lost its last writes', async () => {
  const { redis, announce, registry } = await setUp()
  await announce('a')
  const { change } = await registry.changesSince(null)
  for (let i = 0; i <= 1_000; i++) await announce('b', { weight: 1 + (i % 2) })
  expect(await registry.changesSince(change)).toMatchObject({
    whole: true,
    nodes: expect.objectContaining({ length: 2 }),
  })
  expect(await registry.changesSince(change + 2)).toMatchObject({ whole: false, nodes: [{ id: 'b' }] })
  expect(await registry.changesSince(change + 5_000)).toMatchObject({ whole: true })
  expect(await redis.zcard(redisKeys.nodesMoved)).toBeLessThanOrEqual(1_000)
})

it('leaves the row of a process that took the name over', async () => {
  const { announce, registry, ids } = await setUp()
  await announce('a', { incarnation: 'second' })
  await registry.withdraw(announcementOf('a', { incarnation: 'first' }))
  expect(await ids()).toEqual(['a'])
})

it('leaves out what it cannot read', async () => {
  const { redis, announce, registry, ids } = await setUp()
  await announce('good')
  await announce('broken')
  await redis.hset(redisKeys.nodes, 'broken', '{', 'wrong', '{"id":"wrong"}')
  expect(await ids()).toEqual(['good'])
  const { nodes, gone } = await registry.changesSince(null)
  expect([nodes.map(({ id }) => id), gone.sort()]).toEqual([['good'], ['broken', 'wrong']])
})
