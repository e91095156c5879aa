import type { Clock } from '@freshet/core/clock'
import { CheckWatch } from '@freshet/redis/checks/check-watch'
import { RedisChecks } from '@freshet/redis/checks/redis-checks'
import { RedisLogMembers } from '@freshet/redis/log/members'
import type { Logger } from 'pino'
import type { NodeEnv } from '../env.ts'
import type { NodeConnections } from '../redis-connections.ts'
import { judgeNodeLink } from './judge-node-link.ts'

const EVERY_MS = 60_000
/** A server that does not answer by then is looked at again a minute later; the node starts meanwhile. */
const PATIENCE_MS = 1_000

/** Looks at the node's servers before it starts. Rejects when it must not start on them. */
export function beginChecks(
  env: NodeEnv,
  connections: NodeConnections,
  clock: Clock,
  logger: Logger,
): Promise<CheckWatch> {
  const checks = new RedisChecks({
    log: connections.log.append,
    l2: connections.browse,
    members: new RedisLogMembers(connections.log.append),
    settings: {
      environment: env.FRESHET_ENV,
      redisUrl: env.REDIS_URL,
      l2RedisUrl: env.l2RedisUrl,
      leaseMs: env.FRESHET_LEASE_MS,
      fenceMs: env.FRESHET_FENCE_MS,
      waitReplicas: env.FRESHET_WAIT_REPLICAS,
      accepted: env.FRESHET_ACCEPTED_FINDINGS,
    },
    clock,
    own: judgeNodeLink(env),
    patienceMs: PATIENCE_MS,
  })
  return CheckWatch.begin({ checks, everyMs: EVERY_MS, log: logger })
}
