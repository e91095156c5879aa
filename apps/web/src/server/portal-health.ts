import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import type { RedisClient } from '@freshet/redis/connection'
import { untilReady } from '@freshet/redis/until-ready'
import { portal } from './portal'

type Reachability = 'up' | 'down'

export interface PortalHealth {
  status: 'ok' | 'impaired'
  database: Reachability
  redis: Reachability
}

/** A dependency that takes longer to say anything is as good as down, milliseconds. */
const PATIENCE_MS = 1_000

export async function portalHealth(): Promise<PortalHealth> {
  const { db, redis } = portal()
  const [database, store] = await Promise.all([reach(databaseNowMs(db)), reach(ask(redis))])
  return { status: database === 'up' && store === 'up' ? 'ok' : 'impaired', database, redis: store }
}

/** The first question after a start comes while the connection is being made. */
async function ask(redis: RedisClient): Promise<void> {
  await untilReady(redis, PATIENCE_MS)
  await redis.ping()
}

async function reach(answer: Promise<unknown>): Promise<Reachability> {
  const silence = new Promise<Reachability>((resolve) => setTimeout(resolve, PATIENCE_MS, 'down').unref())
  const reply = answer.then((): Reachability => 'up').catch((): Reachability => 'down')
  return Promise.race([reply, silence])
}
