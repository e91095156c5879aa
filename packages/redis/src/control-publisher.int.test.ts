import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createControlPublisher, digestOf } from './control-publisher.ts'

let server: ThrowawayRedis
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})
beforeEach(() => redis.flushall())

const document = (revision: number, ...names: string[]) =>
  ControlDocument.parse({ revision, namespaces: names.map((name) => defaultPolicy(name)), apiKeys: [] })
const held = async () => ({
  revision: await redis.get(redisKeys.controlRevision),
  document: ControlDocument.parse(JSON.parse((await redis.get(redisKeys.controlDocument)) ?? 'null')),
})

test('a document is stored whole, with its revision beside it', async () => {
  const publisher = createControlPublisher(redis)
  expect(await publisher.publish(document(3, 'shop', 'users'))).toBe(true)
  expect(await held()).toEqual({ revision: '3', document: document(3, 'shop', 'users') })
})

test('the doorbell rings with each document that is stored, and with no other', async () => {
  const listener = new Redis(server.url)
  const rings: string[] = []
  await listener.subscribe(redisKeys.controlDoorbell)
  listener.on('message', (_channel, revision) => rings.push(revision))
  const publisher = createControlPublisher(redis)
  await publisher.publish(document(1))
  await publisher.publish(document(1, 'late'))
  await publisher.publish(document(2))
  // Messages to one connection arrive in order, so this one is the last.
  await redis.publish(redisKeys.controlDoorbell, 'end')
  await expect.poll(() => rings.at(-1)).toBe('end')
  expect(rings).toEqual(['1', '2', 'end'])
  listener.disconnect()
})

test('publishers that race leave the newest, in whatever order they arrive', async () => {
  const publisher = createControlPublisher(redis)
  await Promise.all([7, 3, 9, 1, 8].map((revision) => publisher.publish(document(revision, `r${revision}`))))
  expect(await held()).toEqual({ revision: '9', document: document(9, 'r9') })
  expect(await publisher.publish(document(9, 'other'))).toBe(false)
})

test('revisions are compared as numbers', async () => {
  const publisher = createControlPublisher(redis)
  await publisher.publish(document(9))
  expect(await publisher.publish(document(10))).toBe(true)
})

test('a revision without its document holds nobody off', async () => {
  const publisher = createControlPublisher(redis)
  await publisher.publish(document(5))
  await redis.del(redisKeys.controlDocument)
  expect(await publisher.inspect()).toBeNull()
  expect(await publisher.publish(document(4))).toBe(true)
})

test('inspecting tells revision and digest of what is there now', async () => {
  const publisher = createControlPublisher(redis)
  expect(await publisher.inspect()).toBeNull()
  await publisher.publish(document(2, 'shop'))
  expect(await publisher.inspect()).toEqual({ revision: 2, digest: digestOf(document(2, 'shop')) })
  await redis.set(redisKeys.controlDocument, '{}')
  expect((await publisher.inspect())?.digest).not.toBe(digestOf(document(2, 'shop')))
})

test('a Redis that forgot the scripts is told them again', async () => {
  const publisher = createControlPublisher(redis)
  await publisher.publish(document(1))
  await redis.script('FLUSH')
  expect(await publisher.publish(document(2))).toBe(true)
})
