import { within } from '@freshet/core/within'
import type { Db } from '@freshet/db/client'
import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import type { Redis } from 'ioredis'

/** How long each server has to answer. */
const PROBE_MS = 1_500

/** Which of the servers that a worker needs it cannot use at the moment; empty when it can work. */
export async function findFaults(redis: Redis, db: Db): Promise<string[]> {
  const faults = await Promise.all([
    faultOf('Redis', () => redis.ping()),
    faultOf('PostgreSQL', () => databaseNowMs(db)),
  ])
  return faults.flat()
}

async function faultOf(name: string, ask: () => Promise<unknown>): Promise<string[]> {
  const answer = ask().then(
    () => [],
    () => [`${name} cannot be reached`],
  )
  return (await within(answer, PROBE_MS)) ?? [`${name} does not answer`]
}
