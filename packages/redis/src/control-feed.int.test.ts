import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it, onTestFinished, vi } from 'vitest'
import { ControlFeed } from './control-feed.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp({ pollMs = 20 } = {}) {
  const { server, connect } = await throwawayRedis()
  const [redis, doorbell, probe] = await Promise.all([connect('control'), connect('doorbell'), connect('probe')])
  const revisions: number[] = []
  const errors: unknown[] = []
  const feed = new ControlFeed({
    redis,
    doorbell,
    pollMs,
    onDocument: ({ revision }) => revisions.push(revision),
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => feed.stop())
  const write = async (revision: number, text = documentText(revision)) => {
    await probe.mset(redisKeys.controlDocument, text, redisKeys.controlRevision, revision)
  }
  return { server, redis, probe, feed, revisions, errors, write }
}

function documentText(revision: number): string {
  return JSON.stringify(ControlDocument.parse({ revision, namespaces: [], apiKeys: [] }))
}

it('brings each revision once, by polling alone', async () => {
  const { feed, revisions, write } = await setUp()
  feed.start()
  await write(1)
  await expect.poll(() => revisions).toEqual([1])
  await write(2)
  await expect.poll(() => revisions).toEqual([1, 2])
})

it('comes at the doorbell, long before the next poll', async () => {
  const { feed, probe, revisions, write } = await setUp({ pollMs: 60_000 })
  feed.start()
  await expect.poll(() => feed.known).toBe(true)
  await write(1)
  await expect
    .poll(async () => {
      await probe.publish(redisKeys.controlDoorbell, '1')
      return revisions
    })
    .toEqual([1])
})

it('knows the difference between "nobody wrote one yet" and "could not ask"', async () => {
  const { feed, server } = await setUp()
  server.kill('SIGKILL')
  feed.start()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(feed.known).toBe(false)
  await server.restart()
  await expect.poll(() => feed.known, { timeout: 5_000 }).toBe(true)
})

it('keeps the last good document while a broken one lies there', async () => {
  const { feed, revisions, errors, write } = await setUp()
  feed.start()
  await write(1)
  await expect.poll(() => revisions).toEqual([1])
  await write(2, '{"revision":2}')
  await expect.poll(() => errors.length).toBeGreaterThan(0)
  await write(3)
  await expect.poll(() => revisions).toEqual([1, 3])
})

it('brings a revision once that was published between asking for its number and asking for its text', async () => {
  const { feed, redis, revisions, write } = await setUp()
  await write(1)
  const get = redis.get.bind(redis)
  vi.spyOn(redis, 'get').mockImplementationOnce(async (key) => {
    const revision = await get(key)
    await write(2)
    return revision
  })
  feed.start()
  await expect.poll(() => revisions).toContain(2)
  await write(3)
  await expect.poll(() => revisions).toContain(3)
  expect(revisions).toEqual([2, 3])
})
