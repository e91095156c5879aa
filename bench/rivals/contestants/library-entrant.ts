import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Entrant } from './contestant.ts'
import { LibraryMember } from './library-member.ts'

const LIBRARIES = path.join(import.meta.dirname, '../libraries')

/** A library from npm, in two processes. */
function libraryEntrant(name: string, setUp: string): Entrant {
  const { version } = JSON.parse(readFileSync(path.join(LIBRARIES, 'node_modules', name, 'package.json'), 'utf8'))
  return {
    name: `${name} ${version}`,
    setUp,
    enter: async ({ redisUrl, proxiedRedisUrl, sourceUrl }) => {
      const [near, far] = await Promise.all([
        LibraryMember.start([name, redisUrl, sourceUrl]),
        LibraryMember.start([name, proxiedRedisUrl, sourceUrl]),
      ])
      return { name, near, far, close: () => Promise.all([near.stop(), far.stop()]).then(() => {}) }
    },
  }
}

export const libraryEntrants: readonly Entrant[] = [
  libraryEntrant('bentocache', 'L1 memory, L2 Redis, bus over Redis pub/sub with its retry queue; ioredis 5'),
  libraryEntrant(
    'cacheable',
    'primary memory, secondary @keyv/redis, CacheableSync over @qified/redis, tag service on; by key `getOrSet`, with tags `get` and `set`',
  ),
  libraryEntrant(
    'async-cache-dedupe',
    'Redis storage with references as tags (it has no memory tier in front of Redis, and so no bus); ioredis 6',
  ),
  libraryEntrant(
    'layered-loader',
    'LRU memory, RedisCache, notification pair over Redis pub/sub; for tags `GroupLoader` and its groups; ioredis 6',
  ),
]
