import { Redis } from 'ioredis'
import { startRedis } from './redis.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { documentedUser } from './redis-documented-users.ts'
import { startGuardedRedis } from './redis-guarded.ts'
import { startSentinels } from './sentinels.ts'

/** What a test is given of a topology. */
export interface StartedTopology {
  /** For REDIS_URL, and for L2_REDIS_URL. */
  url: string
  /** Asks each server that takes writes, with all rights. */
  administer<T>(question: (redis: Redis) => Promise<T>): Promise<T[]>
  stop(): Promise<void>
}

/** Every kind of Redis that an address may name, each started anew. */
export const EVERY_TOPOLOGY: readonly (readonly [name: string, start: () => Promise<StartedTopology>])[] = [
  ['a single Redis', startSingle],
  ['Sentinel', startWithSentinels],
  ['Cluster', startCluster],
  ['TLS and an ACL user with the least rights', startOverTls],
]

async function startSingle(): Promise<StartedTopology> {
  const { url, stop } = await startRedis()
  return {
    url,
    administer: async (question) => {
      const redis = new Redis(url)
      try {
        return [await question(redis)]
      } finally {
        redis.disconnect()
      }
    },
    stop,
  }
}

async function startWithSentinels(): Promise<StartedTopology> {
  const { url, master, stop } = await startSentinels()
  return { url, administer: async (question) => [await (await master()).ask(question)], stop }
}

async function startCluster(): Promise<StartedTopology> {
  const { url, masters, stop } = await startRedisCluster()
  return { url, administer: async (question) => Promise.all((await masters()).map(({ ask }) => ask(question))), stop }
}

/** Keys and certificates on both sides, and the rights of docs/deployment.md. */
async function startOverTls(): Promise<StartedTopology> {
  const { server, host, port, files, stop } = await startGuardedRedis({
    users: [documentedUser(0)],
    clientCertificates: true,
  })
  const options = new URLSearchParams({ ca: files.ca, cert: files.clientCert, key: files.clientKey })
  const url = `rediss://freshet:password@${host}:${port}?${options}`
  return { url, administer: async (question) => [await server.ask(question)], stop }
}
