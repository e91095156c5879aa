import { startSentinels } from '@freshet/testing/sentinels'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { clientOf, startTestCluster } from './testing/test-node.ts'

it('with a replica away nothing is promised; past its patience the primary renews no lease; then all goes on', async () => {
  const topology = await startSentinels({ minReplicasToWrite: 2, minReplicasMaxLagS: 60 })
  onTestFinished(() => topology.stop())
  const master = await topology.master()
  const replica = topology.servers.find((server) => server !== master)
  const { control, token, startTestNode } = await startTestCluster()
  const redis = new Redis(`redis://127.0.0.1:${master.port}`)
  onTestFinished(() => redis.disconnect())
  await control.publish(redis)
  const url = await startTestNode({ REDIS_URL: topology.url, L2_REDIS_URL: topology.url })
  const ask = clientOf(url, token)
  const put = (body: string) => ask('PUT', '/api/cache/shop:1', { body })
  const stateOf = async () => JSON.parse((await ask('GET', '/health')).text).coherence.state
  expect((await put('one')).status).toBe(204)

  replica?.kill('SIGSTOP')
  const refused = await put('two')
  expect(refused.problem).toMatchObject({ status: 503, code: 'log_unavailable' })
  // The older value is over all the same: the record is in the log.
  await expect.poll(async () => (await ask('GET', '/api/cache/shop:1')).status).toBe(404)
  expect(await stateOf()).toBe('coherent')

  await redis.config('SET', 'min-replicas-max-lag', 1)
  await expect.poll(stateOf, { timeout: 15_000 }).toBe('degraded')
  expect((await put('three')).problem).toMatchObject({ code: 'log_unavailable' })

  replica?.kill('SIGCONT')
  await expect.poll(stateOf, { timeout: 15_000 }).toBe('coherent')
  await expect.poll(async () => (await put('four')).status, { timeout: 15_000 }).toBe(204)
  expect((await ask('GET', '/api/cache/shop:1')).text).toBe('four')
})
