import { createCache } from 'async-cache-dedupe'
import { Redis } from 'ioredis-6'
import { type OpenLibrary, TTL_S } from './library.ts'

/** Redis as its one storage, which its documentation recommends for a shared cache; it has no tier in front and no bus. */
export const openAsyncCacheDedupe: OpenLibrary = async (redisUrl, load) => {
  const client = new Redis(redisUrl)
  client.on('error', () => {})
  await client.ping()
  const cache = createCache({
    ttl: TTL_S,
    storage: { type: 'redis', options: { client, invalidation: { referencesTTL: TTL_S } } },
  }).define(
    'row',
    {
      serialize: ({ key }: Row) => key,
      references: ({ tag }: Row) => (tag === null ? [] : [tag]),
    },
    ({ key }: Row) => load(key),
  )
  return {
    read: (key, tag) => cache.row({ key, tag }),
    invalidateKey: (key) => cache.clear('row', { key, tag: null }),
    invalidateTag: (tag) => cache.invalidateAll(tag),
  }
}

interface Row {
  key: string
  tag: string | null
}
