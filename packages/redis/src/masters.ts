import type { Redis } from 'ioredis'

/** One server that holds a part of L2. */
export interface Master {
  /** Tells it from the others, also after a restart of this process. */
  name: string
  redis: Redis
}

/** All of them, at this moment; one when L2 is a single Redis. */
export type Masters = () => readonly Master[]

export function onlyMaster(redis: Redis): Masters {
  const masters = [{ name: 'only', redis }]
  return () => masters
}

/** Keys of all kinds that a server holds. */
export async function countKeys(masters: readonly Master[]): Promise<number> {
  const counts = await Promise.all(masters.map(({ redis }) => redis.dbsize()))
  return counts.reduce((sum, count) => sum + count, 0)
}
