import net, { type AddressInfo, type Socket } from 'node:net'
import { startRedis } from '@freshet/testing/redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectRedis } from './connection.ts'

/** A way to Redis that breaks when asked to, and at the next SUBSCRIBE when told so. */
async function startBreakableWay(redisPort: number) {
  const sockets = new Set<Socket>()
  const way = { port: 0, subscriptions: 0, breakAtSubscribe: false, cut: () => {} }
  const server = net.createServer((client) => {
    const redis = net.connect(redisPort, '127.0.0.1')
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => other.destroy())
    }
    redis.pipe(client)
    client.on('data', (chunk) => {
      const subscribes = /subscribe/i.test(chunk.toString('latin1'))
      if (subscribes) way.subscriptions++
      if (subscribes && way.breakAtSubscribe) {
        way.breakAtSubscribe = false
        client.destroy()
      } else redis.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  way.port = (server.address() as AddressInfo).port
  way.cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    way.cut()
    server.close()
  })
  return way
}

test('a subscription that is lost while it is made again rejects nobody, and comes back', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const way = await startBreakableWay(server.port)
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  onTestFinished(() => {
    process.off('unhandledRejection', unheard)
  })
  const redis = connectRedis({ url: `redis://127.0.0.1:${way.port}`, name: 'test/doorbell', stallMs: 0, onError() {} })
  onTestFinished(() => redis.disconnect())
  const heard = vi.fn()
  redis.on('message', heard)
  redis.on('ready', () => redis.subscribe('bell').catch(() => {}))
  await expect.poll(() => way.subscriptions).toBe(1)

  way.breakAtSubscribe = true
  way.cut()
  await expect.poll(() => way.breakAtSubscribe, { timeout: 5_000 }).toBe(false)

  const publisher = connectRedis({ url: server.url, name: 'test/publisher', stallMs: 0, onError() {} })
  onTestFinished(() => publisher.disconnect())
  await new Promise((resolve) => publisher.once('ready', resolve))
  await expect
    .poll(async () => (await publisher.publish('bell', 'ring')) > 0 && heard.mock.calls.length > 0, { timeout: 5_000 })
    .toBe(true)
  expect(unheard).not.toHaveBeenCalled()
})

test('answers that arrived while this process could not read them are read before the connection is given up', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const redis = connectRedis({ url: server.url, name: 'test', stallMs: 200, onError() {} })
  onTestFinished(() => redis.disconnect())
  await new Promise((resolve) => redis.once('ready', resolve))
  for (let i = 0; i < 3; i++) {
    const answer = redis.ping()
    // The command leaves, and nothing runs for longer than the limit: a collection of garbage, a suspended machine.
    await new Promise((resolve) => setTimeout(resolve, 0))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
    expect(await answer).toBe('PONG')
  }
})

test('a server that says nothing is given up, and what waits on it is told', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const redis = connectRedis({ url: server.url, name: 'test', stallMs: 200, onError() {} })
  onTestFinished(() => redis.disconnect())
  await new Promise((resolve) => redis.once('ready', resolve))
  server.kill('SIGSTOP')
  await expect(redis.ping()).rejects.toThrow()
  server.kill('SIGCONT')
  await expect.poll(() => redis.ping().catch(String), { timeout: 5_000 }).toBe('PONG')
})
