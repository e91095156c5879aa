import type { Environment } from '@freshet/core/contracts/findings'
import { parseRedisUrl } from '../redis-url.ts'

/** What a process was told, as far as the checks care. */
export interface CheckSettings {
  environment: Environment
  redisUrl: string
  l2RedisUrl: string
  leaseMs: number
  /** `auto`: made of what the server says. */
  fenceMs: number | 'auto'
  waitReplicas: number | 'auto'
  /** Codes of findings that the operator lives with. */
  accepted: ReadonlySet<string>
}

/** Whether another server may take this one's place without anybody being asked. */
export function failsOver({ redisUrl }: Pick<CheckSettings, 'redisUrl'>): boolean {
  return ['sentinel', 'cluster'].includes(parseRedisUrl(redisUrl).servers.kind)
}
