import type { Reaper } from '@freshet/core/invalidation/reaper'
import type { Logger } from 'pino'
import type { LogMetrics } from '../metrics/log-metrics.ts'
import type { JobHandler } from './handler.ts'

export interface ReapOptions {
  /** Null where only members' word acknowledges (`AckRules.strict`): to take one off its list trusts a clock. */
  reaper: Pick<Reaper, 'look'> | null
  log: Pick<Logger, 'warn'>
  metrics: Pick<LogMetrics, 'reaped'>
}

export function createReap({ reaper, log, metrics }: ReapOptions): JobHandler<'members.reap'> {
  return async () => {
    const reaped = (await reaper?.look()) ?? []
    metrics.reaped(reaped.length)
    for (const { nodeId, incarnation, polls } of reaped)
      log.warn({ nodeId, incarnation, polls }, 'a member that stood still for its whole lease was taken off the list')
  }
}
