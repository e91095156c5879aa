import type { Observation } from '@freshet/core/contracts/findings'
import type { CheckSettings } from './check-settings.ts'
import { judgeVersion } from './judge-log-server.ts'
import type { ServerFacts } from './server-facts.ts'

/** What the server of cached values must be, beside that of the log (null: it did not answer). */
export function judgeSecondTier(
  l2: ServerFacts,
  log: ServerFacts | null,
  { redisUrl, l2RedisUrl }: Pick<CheckSettings, 'redisUrl' | 'l2RedisUrl'>,
): Observation[] {
  // Of a Cluster, any member may have answered.
  if (l2RedisUrl === redisUrl || l2.runId === log?.runId)
    return [
      {
        code: 'l2_shares_server',
        message: 'Cached values and the log are on one server: values can fill it, and then nothing can be invalidated',
        remedy: 'Give L2_REDIS_URL a server of its own with maxmemory and maxmemory-policy allkeys-lfu',
      },
    ]
  const found = judgeVersion(l2, 'L2_REDIS_URL')
  if (l2.maxMemoryBytes === 0 || l2.maxMemoryPolicy === 'noeviction')
    found.push({
      code: 'l2_without_limit',
      message: `L2_REDIS_URL does not evict (maxmemory ${l2.maxMemoryBytes}, ${l2.maxMemoryPolicy}): it grows until the machine is full, or refuses new values`,
      remedy: 'Set maxmemory and maxmemory-policy allkeys-lfu',
    })
  return found
}
