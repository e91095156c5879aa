import KeyvRedis from '@keyv/redis'
import { RedisMessageProvider } from '@qified/redis'
import { Cacheable } from 'cacheable'
import { type OpenLibrary, TTL_MS } from './library.ts'

/** Memory, Redis, CacheableSync over Redis pub/sub, and the tag service. */
export const openCacheable: OpenLibrary = async (redisUrl, load) => {
  const provider = new RedisMessageProvider({ uri: redisUrl })
  await provider.connect()
  // The provider listens to no errors of its clients, and an unheard one would end the process: we lend it our ears.
  // biome-ignore lint/complexity/useLiteralKeys: TypeScript lets nobody write the name of a private member otherwise.
  for (const client of [provider['pub'], provider['sub']]) client.on('error', () => {})
  const cache = new Cacheable({
    secondary: new KeyvRedis(redisUrl),
    sync: { qified: provider },
    tags: true,
    ttl: TTL_MS,
  })
  cache.on('error', () => {})
  await cache.get('connected')
  return {
    read: async (key, tag) => {
      // getOrSet guards against stampedes but takes no tags: with tags, its documentation reads and sets.
      if (tag === null) return (await cache.getOrSet(key, () => load(key))) ?? Number.NaN
      const cached = await cache.get<number>(key)
      if (cached !== undefined) return cached
      const value = await load(key)
      await cache.set(key, value, { tags: [tag] })
      return value
    },
    invalidateKey: (key) => cache.delete(key),
    invalidateTag: (tag) => cache.tags.invalidateTag(tag),
  }
}
