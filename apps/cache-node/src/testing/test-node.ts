import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import { hashToken, mintToken } from '@freshet/core/access/api-key'
import type { NamespaceGrant, Scope } from '@freshet/core/access/permissions'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { EventRule } from '@freshet/core/invalidation/event-rule'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { RedisClient } from '@freshet/redis/connection'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { startRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { readEnv } from '../env.ts'
import { type RunningNode, startNode } from '../node.ts'

export const SECRET = 'a secret for tests, at least 32 characters'

interface KeyOptions {
  scopes?: Scope[]
  namespaces?: NamespaceGrant
  ratePerSecond?: number | null
  expiresAt?: number | null
  revokedAt?: number | null
}

/**
 * A control plane in a test's hand: it writes the document that nodes follow. Policies are given as people would, all
 * else is default.
 */
class TestControl {
  private readonly redis: RedisClient
  private revision = 0
  private namespaces: NamespacePolicy[] = []
  private readonly apiKeys = new Map<string, ApiKeyRecord>()
  private eventRules: EventRule[] = []

  constructor(redis: RedisClient) {
    this.redis = redis
  }

  setPolicies(...policies: z.input<typeof NamespacePolicy>[]): void {
    this.namespaces = policies.map((policy) => NamespacePolicy.parse(policy))
  }

  setEventRules(...rules: z.input<typeof EventRule>[]): void {
    this.eventRules = rules.map((rule) => EventRule.parse(rule))
  }

  /** Makes a key and returns its token. */
  addKey({ scopes = ['admin'], namespaces = '*', ...limits }: KeyOptions = {}): string {
    const { id, token } = mintToken()
    const hash = hashToken(token, deriveKey(SECRET, 'api-key-hash'))
    const ends = { ratePerSecond: null, expiresAt: null, revokedAt: null, ...limits }
    this.apiKeys.set(token, { id, name: id, hash, scopes, namespaces, ...ends })
    return token
  }

  changeKey(token: string, change: Partial<ApiKeyRecord>): void {
    const record = this.apiKeys.get(token)
    if (record !== undefined) this.apiKeys.set(token, { ...record, ...change })
  }

  /** @param redis where nodes look that are not on this cluster's own. */
  async publish(redis = this.redis): Promise<number> {
    this.revision++
    const { revision, namespaces, eventRules } = this
    const apiKeys = [...this.apiKeys.values()]
    await createControlPublisher(redis).publish(ControlDocument.parse({ revision, namespaces, apiKeys, eventRules }))
    return revision
  }
}

/** A Redis and a control plane of the test's own, and nodes on it, in this process. Everything ends with the test. */
export async function startTestCluster({ appendonly = false } = {}) {
  const server = await startRedis({ appendonly })
  const redis = new Redis(server.url)
  redis.on('error', () => {})
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
  })
  return { server, redis, ...(await startNodesOn(server.url, redis)) }
}

/** The same on a Redis of whatever kind that the test has started. `redis` leads there, and stays the test's to close. */
export async function startNodesOn(url: string, redis: RedisClient) {
  const nodes: RunningNode[] = []
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  })
  const control = new TestControl(redis)
  const token = control.addKey()
  await control.publish()

  /** Starts a node; resolves to its address when it is ready. `overrides` are environment variables. */
  async function startTestNode(overrides: Record<string, string> = {}): Promise<string> {
    return (await launchTestNode(overrides)).url
  }

  /**
   * The same, resolving to the node itself. It answers by itself alone, as tests of one node's doings expect, unless
   * FRESHET_RING is on.
   */
  async function launchTestNode(overrides: Record<string, string> = {}): Promise<RunningNode> {
    const node = await startNode(
      readEnv({
        FRESHET_SECRET: SECRET,
        FRESHET_NODE_ID: `node-${nodes.length + 1}`,
        FRESHET_NODE_PORT: '0',
        REDIS_URL: url,
        FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
        FRESHET_DRAIN_MS: '2000',
        FRESHET_RING: 'off',
        ...overrides,
      }),
      pino({ level: 'silent' }),
    )
    nodes.push(node)
    await waitFor(async () => (await fetch(`${node.url}/readyz`)).status === 200, 'the node to be ready')
    return node
  }

  return { control, token, startTestNode, launchTestNode }
}

/** Polls until it holds, for up to 20 s. */
export async function waitFor(holds: () => Promise<boolean>, what: string): Promise<void> {
  const untilMs = performance.now() + 20_000
  while (performance.now() < untilMs) {
    if (await holds().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`waited 20 s for ${what}`)
}

/** Requests to one node with one credential. */
export function clientOf(url: string, token: string) {
  return async (
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
      ...(init.body === undefined ? {} : { body: new Uint8Array(Buffer.from(init.body)) }),
    })
    const body = Buffer.from(await response.arrayBuffer())
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body,
      text: body.toString(),
      /** The problem document's code and field, for errors. */
      problem:
        body.length > 0 && response.headers.get('content-type')?.startsWith('application/problem+json')
          ? ProblemFacts.parse(JSON.parse(body.toString()))
          : null,
    }
  }
}

const ProblemFacts = z.object({
  code: z.string(),
  status: z.number(),
  detail: z.string(),
  field: z.string().optional(),
  limit: z.union([z.string(), z.number()]).optional(),
  state: z.string().optional(),
})
