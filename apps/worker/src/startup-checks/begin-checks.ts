import type { Clock } from '@freshet/core/clock'
import { CheckWatch } from '@freshet/redis/checks/check-watch'
import type { AskedServer } from '@freshet/redis/checks/read-server-facts'
import { RedisChecks } from '@freshet/redis/checks/redis-checks'
import type { RedisLogMembers } from '@freshet/redis/log/members'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../worker-settings.ts'

const EVERY_MS = 60_000
const PATIENCE_MS = 1_000

export interface CheckedServers {
  log: AskedServer
  l2: AskedServer
  members: Pick<RedisLogMembers, 'members'>
}

/** Looks at the worker's servers before it starts. Rejects when it must not start on them. */
export function beginChecks(
  settings: WorkerSettings,
  servers: CheckedServers,
  clock: Clock,
  log: Logger,
): Promise<CheckWatch> {
  const checks = new RedisChecks({ ...servers, settings, clock, patienceMs: PATIENCE_MS })
  return CheckWatch.begin({ checks, everyMs: EVERY_MS, log })
}
