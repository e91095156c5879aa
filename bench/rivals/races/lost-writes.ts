import { waitUntil } from '@freshet/scripts/processes/wait-until'
import type { Redis } from 'ioredis'
import { cacheEverywhere, changeRow, invalidate, readUntilAnswered } from '../trial.ts'
import type { Race } from './race.ts'

const RECONNECT_WITHIN_MS = 5_000

/** Redis dies and comes back with what its last snapshot held: the invalidation came after it. */
export const lostWrites: Race<'same process' | 'other process'> = {
  name: 'Redis restarted without its last writes',
  views: ['same process', 'other process'],
  run: async (trial) => {
    const { contestant, server, redis, key } = trial
    const { near, far } = contestant
    await cacheEverywhere(trial)
    await redis.save()
    changeRow(trial)
    await invalidate(near, { key })
    await trial.settle()
    const clients = await countClients(redis)
    server.kill('SIGKILL')
    await server.restart()
    if ((await redis.dbsize()) === 0) throw new Error('Redis came back empty: nothing was restored that could be stale')
    // Whoever asks before the connections are back would be answered from the source, whatever Redis holds.
    await waitUntil(async () => (await countClients(redis)) >= clients, { timeoutMs: RECONNECT_WITHIN_MS })
    await trial.settle()
    return {
      'same process': await readUntilAnswered(near, key),
      'other process': await readUntilAnswered(far, key),
    }
  },
}

async function countClients(redis: Redis): Promise<number> {
  return String(await redis.client('LIST'))
    .split('\n')
    .filter(Boolean).length
}
