import type { ThrowawayPostgres } from '@freshet/testing/postgres'
import type { ThrowawayRedis } from '@freshet/testing/redis'
import type { Outage } from '../outage.ts'
import type { Platform } from '../platform.ts'

/** One platform and what it stands on. */
export interface World {
  postgres: ThrowawayPostgres
  redis: ThrowawayRedis
  platform: Platform
  /** Those that it went through so far. */
  outages: Outage[]
}
