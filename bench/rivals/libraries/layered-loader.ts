import { Redis } from 'ioredis-6'
import {
  createGroupNotificationPair,
  createNotificationPair,
  GroupLoader,
  Loader,
  RedisCache,
  RedisGroupCache,
} from 'layered-loader'
import { type Load, type OpenLibrary, TTL_MS } from './library.ts'

/** Memory, Redis, and notifications over Redis pub/sub. It has no tags; a group, of which an entry has one, comes nearest. */
export const openLayeredLoader: OpenLibrary = async (redisUrl, load) => {
  const connect = () => new Redis(redisUrl).on('error', () => {})
  const inMemoryCache = { cacheType: 'lru-map', ttlInMsecs: TTL_MS } as const
  const redis = { ttlInMsecs: TTL_MS, json: true }
  const ofRows = createNotificationPair<number>({
    channel: 'rows',
    consumerRedis: connect(),
    publisherRedis: connect(),
  })
  const rows = new Loader<number>({
    inMemoryCache,
    asyncCache: new RedisCache<number>(connect(), { ...redis, prefix: 'rows' }),
    notificationConsumer: ofRows.consumer,
    notificationPublisher: ofRows.publisher,
    dataSources: [rowSource(load)],
  })
  const ofGroups = createGroupNotificationPair<number>({
    channel: 'groups',
    consumerRedis: connect(),
    publisherRedis: connect(),
  })
  const groups = new GroupLoader<number>({
    inMemoryCache,
    asyncCache: new RedisGroupCache<number>(connect(), { ...redis, prefix: 'groups', groupTtlInMsecs: TTL_MS }),
    notificationConsumer: ofGroups.consumer,
    notificationPublisher: ofGroups.publisher,
    dataSources: [rowSource(load)],
  })
  await Promise.all([rows.init(), groups.init()])
  return {
    read: async (key, tag) => (await (tag === null ? rows.get(key) : groups.get(key, tag))) ?? Number.NaN,
    invalidateKey: (key) => rows.invalidateCacheFor(key),
    invalidateTag: (tag) => groups.invalidateCacheForGroup(tag),
  }
}

function rowSource(load: Load) {
  const loadAll = (keys: string[]) => Promise.all(keys.map(load))
  return { name: 'rows', get: load, getMany: loadAll, getFromGroup: load, getManyFromGroup: loadAll }
}
