import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { expect, it, onTestFinished } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'

const LEASE = { FRESHET_LEASE_MS: '800' }

it('a loaded value is not called stored by a node that cannot know what was invalidated since', async () => {
  const cluster = await startTestCluster()
  const link = await TcpProxy.open(cluster.server.port)
  onTestFinished(() => link.close())
  const seeing = clientOf(await cluster.startTestNode(LEASE), cluster.token)
  const blind = clientOf(
    await cluster.startTestNode({
      ...LEASE,
      REDIS_URL: `redis://127.0.0.1:${link.port}`,
      L2_REDIS_URL: cluster.server.url,
    }),
    cluster.token,
  )
  const missed = await seeing('GET', '/api/cache/aside:1', { headers: { 'freshet-lease': 'request' } })
  link.pause()
  const stateOf = async () => NodeMetrics.parse(JSON.parse((await blind('GET', '/api/metrics')).text)).coherence.state
  await waitFor(async () => (await stateOf()) === 'degraded', 'the lease to run out')
  expect((await seeing('DELETE', '/api/cache/aside:1')).status).toBe(204)

  const fill = await blind('PUT', '/api/cache/aside:1', {
    body: 'loaded before the invalidation',
    headers: { 'freshet-lease': missed.headers['freshet-lease'] ?? '' },
  })
  // Whoever asked its loader after the invalidation was acknowledged would be given the value, as one that stood.
  expect([fill.status, fill.problem?.code]).toEqual([503, 'degraded'])
})
