import { inspect } from 'node:util'
import { startRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { connectRedis, connectRouted } from './connection.ts'
import { connectForJobs } from './job-queues.ts'

const PASSWORD = 'the-wrong-one'

type Connect = (url: string, onError: (error: Error) => void) => { disconnect(): void }

test.each<[what: string, scheme: string, message: string, connect: Connect]>([
  ['a connection', 'redis', 'WRONGPASS', (url, onError) => connectRedis({ url, name: 'n', stallMs: 0, onError })],
  ['a connection for jobs', 'redis', 'WRONGPASS', (url, onError) => connectForJobs(url, 'n', onError)],
  [
    "a Cluster's",
    'redis+cluster',
    'Failed to refresh slots cache',
    (url, onError) => connectRouted({ url, name: 'n', stallMs: 0, onError }),
  ],
])(
  '%s that is refused for its password does not tell the password to who logs it',
  async (_, scheme, message, connect) => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const owner = new Redis(server.url)
    onTestFinished(() => owner.disconnect())
    await owner.config('SET', 'requirepass', 'the-right-one')
    const told: Error[] = []
    const address = `${scheme}://:${PASSWORD}@127.0.0.1:${server.port}`
    const client = connect(address, (error) => told.push(error))
    onTestFinished(() => client.disconnect())
    await expect.poll(() => told.map(String).join()).toContain(message)
    // Everything that a logger could reach, hidden or nested.
    expect(inspect(told, { depth: 10, showHidden: true })).not.toContain(PASSWORD)
  },
)
