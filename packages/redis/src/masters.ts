import type { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'

/** One server that holds a part of L2; for what is asked of a server (SCAN, DBSIZE), not of a key. */
export interface Master {
  /** Tells it from the others, also after a restart of this process. */
  name: string
  redis: Redis
}

/** Who holds L2 at one moment. */
export interface Layout {
  masters: readonly Master[]
  /** Another one as soon as a part of the keys has another master. */
  version: string
}

/** The servers of L2; one when it is a single Redis. */
export interface Servers {
  /** For commands on keys: it finds their master, also of those that are just on their way to another. */
  client: RedisClient
  /** Rejects with ioredis's error when nobody can be asked. */
  layout(): Promise<Layout>
  /** Names of keys that lie with a master whose slot they are not in yet: they have been sent ahead of their slot. */
  sentAhead(layout: Layout): Promise<string[]>
}

/** Keys of all kinds that the servers hold. */
export async function countKeys({ masters }: Layout): Promise<number> {
  const counts = await Promise.all(masters.map(({ redis }) => redis.dbsize()))
  return counts.reduce((sum, count) => sum + count, 0)
}
