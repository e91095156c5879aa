import { setTimeout as sleep } from 'node:timers/promises'
import { cacheEverywhere, changeRow, invalidate, readUntilAnswered } from '../trial.ts'
import type { Race } from './race.ts'

/** A read that needs Redis is given this long; then the network recovers, and it has its answer. */
const PATIENCE_MS = 1_000

/** One process's network to Redis delivers nothing for a while; the process itself runs, and is asked. */
export const pausedConnection: Race<'during the pause' | 'after it settled'> = {
  name: 'connection to Redis stalls',
  views: ['during the pause', 'after it settled'],
  run: async (trial) => {
    const { contestant, proxy, key } = trial
    const { near, far } = contestant
    await cacheEverywhere(trial)
    changeRow(trial)
    proxy.pause()
    try {
      await invalidate(near, { key })
      await trial.settle()
      const read = far.read(key)
      await Promise.race([read, sleep(PATIENCE_MS)])
      proxy.resume()
      const during = await read
      await trial.settle()
      return { 'during the pause': during, 'after it settled': await readUntilAnswered(far, key) }
    } finally {
      proxy.resume()
    }
  },
}
