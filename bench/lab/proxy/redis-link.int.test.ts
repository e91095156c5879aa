import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis, type RedisClient } from '@freshet/redis/connection'
import { startRedis } from '@freshet/testing/redis'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { RedisLink } from './redis-link.ts'

let link: RedisLink
let poll: RedisClient
let append: RedisClient

beforeEach(async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  link = await RedisLink.open(server.port)
  onTestFinished(() => link.close())
  const connect = async (purpose: string) => {
    const redis = connectRedis({ url: link.url, name: `node-1/${purpose}`, stallMs: 0, onError: () => {} })
    onTestFinished(() => redis.disconnect())
    await new Promise((resolve) => redis.once('ready', resolve))
    return redis
  }
  ;[poll, append] = await Promise.all([connect('poll'), connect('append')])
})

test('what Redis is asked and answers passes as it is', async () => {
  const large = 'x'.repeat(300_000)
  expect(await append.set('key', large)).toBe('OK')
  expect(await poll.get('key')).toBe(large)
})

test('replies are held for one purpose alone, and come in order when the rule ends', async () => {
  const letGo = link.rule('poll', 'replies', 'hold')
  const answered = vi.fn()
  const replies = Promise.all([poll.incr('n').then(answered), poll.incr('n').then(answered)])
  // They have reached Redis, although nobody is told.
  await expect.poll(() => append.get('n')).toBe('2')
  expect(answered).not.toHaveBeenCalled()
  letGo()
  await replies
  expect(answered.mock.calls).toEqual([[1], [2]])
})

test('requests that are held have not reached Redis, and arrive even when their sender has given up', async () => {
  const letGo = link.rule('append', 'requests', 'hold')
  const given = append.set('late', 'yes').catch(() => 'given up')
  await link.nextRequest('append', () => true, 1_000)
  await sleep(20)
  expect(await poll.get('late')).toBeNull()
  append.disconnect()
  expect(await given).toBe('given up')
  letGo()
  await expect.poll(() => poll.get('late')).toBe('yes')
})

test('one reply is let through, and the next one is held again', async () => {
  link.rule('poll', 'replies', 'hold')
  const first = poll.incr('n')
  await expect.poll(() => append.get('n')).toBe('1')
  link.letOneThrough('poll')
  expect(await first).toBe(1)
  const answered = vi.fn()
  void poll.incr('n').then(answered, () => {})
  await expect.poll(() => append.get('n')).toBe('2')
  await sleep(20)
  expect(answered).not.toHaveBeenCalled()
})

test('a delay postpones and keeps the order', async () => {
  link.rule('*', 'replies', { delayMs: 60 })
  const startedMs = performance.now()
  expect(await Promise.all([poll.incr('n'), poll.incr('n')])).toEqual([1, 2])
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(59)
})

test('what is swallowed never comes, on a connection that stays up', async () => {
  const end = link.rule('poll', 'replies', 'swallow')
  const answered = vi.fn()
  void poll.incr('n').then(answered, () => {})
  await expect.poll(() => append.get('n')).toBe('1')
  end()
  await sleep(30)
  expect(answered).not.toHaveBeenCalled()
  expect(poll.status).toBe('ready')
})

test('a link that refuses lets nobody in until it is plugged in again', async () => {
  const plugIn = link.refuse()
  await expect(poll.get('key')).rejects.toThrow()
  await sleep(100)
  expect(poll.status).not.toBe('ready')
  plugIn()
  await expect.poll(() => poll.get('key').catch(() => 'failed'), { timeout: 5_000 }).toBeNull()
})

test('a link leads to another server when it is told to', async () => {
  const other = await startRedis()
  onTestFinished(() => other.stop())
  await append.set('where', 'here')
  link.retarget(other.port)
  await expect.poll(() => poll.get('where').catch(() => 'failed'), { timeout: 5_000 }).toBeNull()
})
