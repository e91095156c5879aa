import { startRedis } from './redis.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { startGuardedRedis } from './redis-guarded.ts'
import { startSentinels } from './sentinels.ts'

/** What a test is given of a topology: its address, and its end. */
export interface StartedTopology {
  url: string
  stop(): Promise<void>
}

/** Every kind of Redis that an address may name, each started anew. */
export const EVERY_TOPOLOGY: readonly (readonly [name: string, start: () => Promise<StartedTopology>])[] = [
  ['a single Redis', startRedis],
  ['Sentinel', startSentinels],
  ['Cluster', startRedisCluster],
  ['TLS and an ACL user', startOverTls],
]

async function startOverTls(): Promise<StartedTopology> {
  const { host, port, files, stop } = await startGuardedRedis({
    users: ['freshet on >p@ss/word ~* &* +@all', 'default off'],
    clientCertificates: true,
  })
  const options = new URLSearchParams({ ca: files.ca, cert: files.clientCert, key: files.clientKey })
  return { url: `rediss://freshet:${encodeURIComponent('p@ss/word')}@${host}:${port}?${options}`, stop }
}
