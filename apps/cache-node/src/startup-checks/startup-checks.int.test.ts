import { startRedis } from '@freshet/testing/redis'
import { startSentinels } from '@freshet/testing/sentinels'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { startTestCluster } from '../testing/test-node.ts'

const Health = z.object({
  promises: z.object({ partitionedPrimary: z.object({ holds: z.boolean().nullable(), why: z.string() }) }),
  findings: z.array(z.object({ code: z.string(), level: z.string() })),
})
const healthOf = async (url: string) => Health.parse(await (await fetch(`${url}/health`)).json())

it('a production node does not start on a log that may forget, unless its operator lives with that', async () => {
  const { redis, startTestNode } = await startTestCluster({ appendonly: true })
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  const production = { FRESHET_ENV: 'production' }
  await expect(startTestNode(production)).rejects.toThrow('log_evicts')
  const url = await startTestNode({ ...production, FRESHET_ACCEPTED_FINDINGS: 'log_evicts' })
  expect((await healthOf(url)).findings).toContainEqual({ code: 'log_evicts', level: 'info' })
})

it('elsewhere it starts, and says in health and metrics what was found and what is promised', async () => {
  const { redis, startTestNode } = await startTestCluster({ appendonly: true })
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  const url = await startTestNode()
  const { findings, promises } = await healthOf(url)
  expect(findings).toContainEqual({ code: 'log_evicts', level: 'warn' })
  expect(promises.partitionedPrimary.holds).toBe(true)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('check_findings{code="log_evicts",level="warn"} 1')
  expect(metrics).toContain('coherence_promise{through="partitioned_primary"} 1')
})

it('starts without the second tier, and says that nobody could look at it', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  await server.stop()
  const { startTestNode } = await startTestCluster()
  const url = await startTestNode({ L2_REDIS_URL: server.url })
  expect((await healthOf(url)).findings).toContainEqual({ code: 'redis_unreadable', level: 'warn' })
})

it('through Sentinel it promises what the servers are set up for', async () => {
  const topology = await startSentinels({ replicas: 1, minReplicasToWrite: 1, appendonly: true })
  onTestFinished(() => topology.stop())
  const { startTestNode } = await startTestCluster()
  const url = await startTestNode({ REDIS_URL: topology.url, L2_REDIS_URL: topology.url })
  const { promises } = await healthOf(url)
  expect(promises.partitionedPrimary).toEqual({ holds: true, why: expect.stringContaining('appends wait for 1') })
})
