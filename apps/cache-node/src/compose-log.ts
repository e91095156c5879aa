import type { Clock } from '@freshet/core/clock'
import { RedisInvalidationLog } from '@freshet/redis/invalidation-log'
import type { NodeEnv } from './env.ts'
import { MeasuredLog } from './measured-log.ts'
import type { Recorder } from './metrics/recorder.ts'
import type { NodeConnections } from './redis-connections.ts'

/** Records that one poll brings at most. */
const PAGE_SIZE = 1_000

export interface LogParts {
  env: NodeEnv
  connections: Pick<NodeConnections, 'log'>
  /** Of this process: a restarted node is another member. */
  incarnation: string
  clock: Clock
  recorder: Recorder
}

/** The log: `log` with a stopwatch on appends; `members` as others see it, with those who follow it. */
export function composeLog({ env, connections, incarnation, clock, recorder }: LogParts) {
  const members = new RedisInvalidationLog({
    ...connections.log,
    nodeId: env.nodeId,
    incarnation,
    leaseMs: env.FRESHET_LEASE_MS,
    maxRecords: env.FRESHET_LOG_MAX_RECORDS,
    pageSize: PAGE_SIZE,
    // Shorter than its connection's patience.
    replicas: { wanted: env.FRESHET_WAIT_REPLICAS, withinMs: env.FRESHET_LEASE_MS / 4 },
  })
  return { members, log: new MeasuredLog(members, clock, recorder.propagation, () => recorder.logErrors++) }
}
