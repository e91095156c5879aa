import { randomBytes } from 'node:crypto'
import { type ApiKeyRecord, hashToken, mintToken } from '@freshet/core/access/api-key'
import type { NamespaceGrant, Scope } from '@freshet/core/access/permissions'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { type Program, spawnProgram } from '@freshet/testing/spawn-program'
import { together, Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'
import type { z } from 'zod'

const READY_WITHIN_MS = 60_000

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
  /** The nodes' processes, in the order of `urls`: to be killed, or stopped and let go on. */
  readonly nodes: readonly Program[]
  readonly redis: Pick<ThrowawayRedis, 'kill'>
  /** @returns another key, once every node knows it. */
  mintKey(scopes: Scope[], namespaces?: NamespaceGrant): Promise<string>
  stop(): Promise<void>
}

export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const undo = new Undo()
  try {
    return await start(options, undo)
  } catch (error) {
    await undo.all()
    throw error
  }
}

async function start({ nodes: count = 1, namespaces = [] }: InstallationOptions, undo: Undo): Promise<Installation> {
  const secret = randomBytes(32).toString('base64url')
  const server = undo.add(await startRedis(), (redis) => redis.stop())
  const redis = undo.add(new Redis(server.url), async (connection) => connection.disconnect())
  const policies = namespaces.map((policy) => NamespacePolicy.parse(policy))
  const apiKeys: ApiKeyRecord[] = []
  const addKey = async (scopes: Scope[], grant: NamespaceGrant): Promise<string> => {
    const { id, token } = mintToken()
    const hash = hashToken(token, deriveKey(secret, 'api-key-hash'))
    const unlimited = { ratePerSecond: null, expiresAt: null, revokedAt: null }
    apiKeys.push({ id, name: id, hash, scopes, namespaces: grant, ...unlimited })
    const facts = { revision: apiKeys.length, namespaces: policies, apiKeys, eventRules: [] }
    await createControlPublisher(redis).publish(ControlDocument.parse(facts))
    return token
  }
  const apiKey = await addKey(['admin'], '*')
  const startNode = async (_: unknown, index: number) => {
    const env = {
      NODE_ENV: 'test' as const,
      FRESHET_SECRET: secret,
      FRESHET_NODE_ID: `node-${index + 1}`,
      FRESHET_NODE_PORT: '0',
      REDIS_URL: server.url,
      FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
      // The first acknowledgement of a new process waits for a lease.
      FRESHET_LEASE_MS: '800',
    }
    return undo.add(await spawnProgram('cache-node', env, /"url":"(http[^"]+)"/), (node) => node.end('SIGKILL'))
  }
  const nodes = await together(Array.from({ length: count }, startNode))
  const urls = nodes.map(({ said }) => said)
  await becomeKnown(apiKey, urls)
  return {
    ...{ urls, url: urls[0] ?? '', apiKey, redisUrl: server.url, nodes, redis: server },
    mintKey: async (scopes, grant = '*') => {
      const token = await addKey(scopes, grant)
      await becomeKnown(token, urls)
      return token
    },
    stop: () => undo.all(),
  }
}

/** Resolves when every node is ready and knows the key. */
async function becomeKnown(token: string, urls: readonly string[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  const knows = async (url: string) =>
    (await fetch(`${url}/readyz`)).ok && (await fetch(`${url}/api/topology`, { headers })).ok
  const all = async () => (await Promise.all(urls.map(knows))).every(Boolean)
  if (!(await waitUntil(all, { timeoutMs: READY_WITHIN_MS })))
    throw new Error(`the nodes were not ready within ${READY_WITHIN_MS / 1_000} s`)
}
