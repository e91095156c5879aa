import type { CheckSettings } from '../checks/check-settings.ts'
import type { ServerFacts } from '../checks/server-facts.ts'

/** A single Redis as it should be for the log; tests change what they speak of. */
export function soundFacts(
  change: Partial<Omit<ServerFacts, 'config'>> & { config?: Partial<ServerFacts['config']> } = {},
): ServerFacts {
  return {
    runId: 'run-1',
    version: '7.0.15',
    isCluster: false,
    replicas: 0,
    maxMemoryBytes: 0,
    maxMemoryPolicy: 'noeviction',
    hasAppendOnlyFile: true,
    clockOffsetMs: 3,
    ...change,
    config: {
      appendfsync: 'everysec',
      'min-replicas-to-write': '0',
      'min-replicas-max-lag': '10',
      'repl-backlog-ttl': '0',
      'cluster-require-full-coverage': 'no',
      ...change.config,
    },
  }
}

export function plainSettings(change: Partial<CheckSettings> = {}): CheckSettings {
  return {
    environment: 'production',
    redisUrl: 'redis://127.0.0.1:6379',
    l2RedisUrl: 'redis://127.0.0.1:6380',
    leaseMs: 2_000,
    fenceMs: 'auto',
    waitReplicas: 'auto',
    accepted: new Set(),
    ...change,
  }
}
