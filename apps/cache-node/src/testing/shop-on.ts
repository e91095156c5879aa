import { connectRouted } from '@freshet/redis/connection'
import { untilReady } from '@freshet/redis/until-ready'
import { connectTo, type NodeClient } from '@freshet/testing/node-client'
import { onTestFinished } from 'vitest'
import { startNodesOn } from './test-node.ts'
import { startTestOrigin } from './test-origin.ts'

/**
 * Two nodes on a Redis of whatever kind, before a shop that says of each article how many it has. `settings` are
 * environment variables of the nodes. Everything but Redis ends with the test.
 */
export async function startShopOn(url: string, settings: Record<string, string> = {}) {
  const redis = connectRouted({ url, name: 'test', stallMs: 0, onError: () => {} })
  onTestFinished(() => redis.disconnect())
  await untilReady(redis, 10_000)
  const { control, token, startTestNode } = await startNodesOn(url, redis)
  const stock = new Map<string, number>()
  const origin = await startTestOrigin((request, response) => {
    const article = request.url?.slice(1) ?? ''
    response
      .setHeader('surrogate-key', 't')
      .setHeader('cache-control', 'max-age=600')
      .end(`${stock.get(article) ?? 0}`)
  })
  control.setPolicies({ name: 'shop', swrMs: 60_000, origin: { url: `${origin.url}/{rest}` } })
  await control.publish()
  const nodes: NodeClient[] = []
  for (const name of ['node-1', 'node-2'])
    nodes.push(connectTo(name, await startTestNode({ FRESHET_LEASE_MS: '800', ...settings }), token))
  onTestFinished(() => {
    for (const node of nodes) node.close()
  })
  const [one, two] = nodes
  if (!one || !two) throw new Error('unreachable: both were started')
  return { redis, origin, stock, nodes: [one, two] as const }
}
