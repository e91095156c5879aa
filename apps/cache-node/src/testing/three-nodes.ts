import { redisKeys } from '@freshet/core/keys/redis-keys'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import type { Redis } from 'ioredis'
import { expect, onTestFinished } from 'vitest'
import { clientOf, startTestCluster, waitFor } from './test-node.ts'
import { startTestOrigin } from './test-origin.ts'

type Client = ReturnType<typeof clientOf>

/** The nodes' lease: as short as the product's, and longer than a busy machine stands still. */
export const LEASE_MS = 2_000

/**
 * Three nodes before one origin that counts: each load of a key gives the next number, tagged `t` and `t-<namespace>`.
 * `shop` and `users` are loaded from it; other namespaces are written by clients.
 */
export async function startThreeNodes() {
  const cluster = await startTestCluster()
  let count = 0
  const origin = await startTestOrigin((request, response) => {
    const [, namespace] = request.url?.split('/') ?? []
    response.setHeader('surrogate-key', `t t-${namespace}`).setHeader('cache-control', 'max-age=600').end(`${++count}`)
  })
  const policy = (name: string) => ({ name, swrMs: 60_000, origin: { url: `${origin.url}/${name}/{rest}` } })
  cluster.control.setPolicies(policy('shop'), policy('users'))
  await cluster.control.publish()
  const urls: string[] = []
  const start = async (overrides: Record<string, string> = {}) => {
    const url = await cluster.startTestNode({ FRESHET_LEASE_MS: String(LEASE_MS), ...overrides })
    urls.push(url)
    return clientOf(url, cluster.token)
  }
  const nodes = [await start(), await start(), await start()] as const
  /**
   * Another node, and its way to the log, which can fall silent: so a node looks to the others that is stopped, cut off or
   * swapped out. L2 it reaches past that way.
   */
  const startBehindProxy = async (overrides: Record<string, string> = {}) => {
    const proxy = await TcpProxy.open(cluster.server.port)
    onTestFinished(() => proxy.close())
    const redis = { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, L2_REDIS_URL: cluster.server.url }
    return { node: await start({ ...redis, ...overrides }), proxy }
  }
  /** The first node for another credential, once that is known there. */
  const as = async (token: string) => {
    const client = clientOf(urls[0] ?? '', token)
    await waitFor(async () => (await client('GET', '/api/topology')).status === 200, 'the credential')
    return client
  }
  return {
    ...cluster,
    origin,
    nodes,
    start,
    startBehindProxy,
    as,
    warm: (key: string) => warm(cluster.redis, nodes, key),
  }
}

/** Makes every node hold the key in memory; resolves to the value that they all have. */
async function warm(redis: Redis, nodes: readonly Client[], key: string): Promise<string> {
  await nodes[0]?.('GET', `/api/cache/${key}`)
  // L2 is filled in the background; a node that asked too soon would load a value of its own.
  await expect.poll(() => redis.exists(redisKeys.entry(key))).toBe(1)
  for (const node of nodes) await node('GET', `/api/cache/${key}`)

  const answers = await Promise.all(nodes.map((node) => node('GET', `/api/cache/${key}`)))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  for (const { headers } of answers) expect(headers['cache-status']).toMatch(/hit.*l1$/)
  return answers[0]?.text ?? ''
}

export function postJson(node: Client, path: string, body: object, headers: Record<string, string> = {}) {
  return node('POST', path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}
