import { startRedis } from '@freshet/testing/redis'
import { startRedisCluster } from '@freshet/testing/redis-cluster'
import { startGuardedRedis } from '@freshet/testing/redis-guarded'
import { startSentinels } from '@freshet/testing/sentinels'

/** What a suite is given of a topology: its address, and its end. */
export interface Started {
  url: string
  stop(): Promise<void>
}

/** Every kind of Redis that an address may name, each started anew. */
export const EVERY_TOPOLOGY: readonly (readonly [name: string, start: () => Promise<Started>])[] = [
  ['a single Redis', startRedis],
  ['Sentinel', startSentinels],
  ['Cluster', startRedisCluster],
  ['TLS and an ACL user', startOverTls],
]

async function startOverTls(): Promise<Started> {
  const { host, port, files, stop } = await startGuardedRedis({
    users: ['freshet on >p@ss/word ~* &* +@all', 'default off'],
    clientCertificates: true,
  })
  const options = new URLSearchParams({ ca: files.ca, cert: files.clientCert, key: files.clientKey })
  return { url: `rediss://freshet:${encodeURIComponent('p@ss/word')}@${host}:${port}?${options}`, stop }
}
