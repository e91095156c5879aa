import { randomBytes } from 'node:crypto'
import { type ApiKeyRecord, hashToken, mintToken } from '@freshet/core/access/api-key'
import type { NamespaceGrant, Scope } from '@freshet/core/access/permissions'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { startRedis } from '@freshet/testing/redis'
import { spawnProgram } from '@freshet/testing/spawn-program'
import { Redis } from 'ioredis'
import type { z } from 'zod'

const READY_WITHIN_MS = 20_000

interface InstallationOptions {
  /** How many, in processes of their own; 1 unless said. */
  nodes?: number
  namespaces?: readonly z.input<typeof NamespacePolicy>[]
}

/** Real nodes on a Redis of their own, and a key that may do anything. */
export interface Installation {
  /** Of each node. */
  readonly urls: readonly string[]
  /** Of the first. */
  readonly url: string
  readonly apiKey: string
  readonly redisUrl: string
  /** @returns another key, once every node knows it. */
  mintKey(scopes: Scope[], namespaces?: NamespaceGrant): Promise<string>
  stop(): Promise<void>
}

export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const secret = randomBytes(32).toString('base64url')
  const server = await startRedis()
  const redis = new Redis(server.url)
  const namespaces = (options.namespaces ?? []).map((policy) => NamespacePolicy.parse(policy))
  const apiKeys: ApiKeyRecord[] = []
  const addKey = async (scopes: Scope[], grant: NamespaceGrant): Promise<string> => {
    const { id, token } = mintToken()
    const hash = hashToken(token, deriveKey(secret, 'api-key-hash'))
    const unlimited = { ratePerSecond: null, expiresAt: null, revokedAt: null }
    apiKeys.push({ id, name: id, hash, scopes, namespaces: grant, ...unlimited })
    const document = ControlDocument.parse({ revision: apiKeys.length, namespaces, apiKeys, eventRules: [] })
    await createControlPublisher(redis).publish(document)
    return token
  }
  const apiKey = await addKey(['admin'], '*')
  const start = (_: unknown, index: number) => {
    const env = {
      FRESHET_SECRET: secret,
      FRESHET_NODE_ID: `node-${index + 1}`,
      FRESHET_NODE_PORT: '0',
      REDIS_URL: server.url,
      FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
      FRESHET_LEASE_MS: '800',
    }
    return spawnProgram('cache-node', env, /"url":"(http[^"]+)"/)
  }
  const nodes = await Promise.all(Array.from({ length: options.nodes ?? 1 }, start))
  const urls = nodes.map(({ said }) => said)
  const known = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const knows = async (url: string) =>
      (await fetch(`${url}/readyz`)).ok && (await fetch(`${url}/api/topology`, { headers })).ok
    const all = async () => (await Promise.all(urls.map(knows))).every(Boolean)
    if (!(await waitUntil(all, { timeoutMs: READY_WITHIN_MS }))) throw new Error('the nodes did not become ready')
  }
  await known(apiKey)
  return {
    ...{ urls, url: urls[0] ?? '', apiKey, redisUrl: server.url },
    mintKey: async (scopes, grant = '*') => {
      const token = await addKey(scopes, grant)
      await known(token)
      return token
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')))
      redis.disconnect()
      await server.stop()
    },
  }
}
