import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { Redis } from 'ioredis'
import { type OpenLibrary, TTL_MS } from './library.ts'

/** Memory, Redis, and the bus that its documentation calls necessary between processes. */
export const openBentocache: OpenLibrary = async (redisUrl, load) => {
  const connection = new Redis(redisUrl)
  connection.on('error', () => {})
  await connection.ping()
  const cache = new BentoCache({
    default: 'tiered',
    ttl: TTL_MS,
    stores: {
      tiered: bentostore()
        .useL1Layer(memoryDriver({ maxItems: 100_000 }))
        .useL2Layer(redisDriver({ connection }))
        .useBus(redisBusDriver({ connection })),
    },
  })
  return {
    read: (key, tag) => cache.getOrSet({ key, factory: () => load(key), tags: tag === null ? [] : [tag] }),
    invalidateKey: (key) => cache.delete({ key }),
    invalidateTag: (tag) => cache.deleteByTag({ tags: [tag] }),
  }
}
