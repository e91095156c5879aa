import { awaitSubscribers, countSubscribers, killSubscribers } from '../faults/subscribers.ts'
import { cacheEverywhere, changeRow, invalidate } from '../trial.ts'
import type { Race } from './race.ts'

/**
 * The subscribers' connections break, an invalidation is sent before the other process's is back, and then it is back.
 * Pub/sub delivers once, to who is there. All its other connections stay as they are.
 */
export const lostSubscription: Race<'other process, subscribed again'> = {
  name: 'subscriber lost its connection',
  views: ['other process, subscribed again'],
  run: async (trial) => {
    const { contestant, redis, proxy, key } = trial
    await cacheEverywhere(trial)
    changeRow(trial)
    const subscribers = await countSubscribers(redis)
    // Some clients are back within a millisecond, which would leave the race to chance.
    proxy.refuse()
    try {
      await killSubscribers(redis)
      await invalidate(contestant.near, { key })
    } finally {
      proxy.accept()
    }
    await awaitSubscribers(redis, subscribers)
    await trial.settle()
    return { 'other process, subscribed again': await contestant.far.read(key) }
  },
}
