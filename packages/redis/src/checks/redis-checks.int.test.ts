import { systemClock } from '@freshet/core/clock'
import { startSentinels } from '@freshet/testing/sentinels'
import { expect, it, onTestFinished } from 'vitest'
import { connectRedis } from '../connection.ts'
import { RedisLogMembers } from '../log/members.ts'
import { plainSettings } from '../testing/server-facts.ts'
import { throwawayRedis } from '../testing/throwaway-redis.ts'
import type { CheckSettings } from './check-settings.ts'
import { RedisChecks } from './redis-checks.ts'

type Connection = Awaited<ReturnType<Awaited<ReturnType<typeof throwawayRedis>>['connect']>>

function checksOf(log: Connection, l2: Connection, change: Partial<CheckSettings> = {}) {
  const settings = plainSettings(change)
  return new RedisChecks({
    ...{ log, l2, settings, clock: systemClock, patienceMs: 1_000 },
    members: new RedisLogMembers(log),
  })
}
const codes = ({ findings }: { findings: readonly { code: string }[] }) => findings.map(({ code }) => code)

it('finds nothing wrong with two servers as they should be, and sees what changes', async () => {
  const log = await (await throwawayRedis({ appendonly: true })).connect('log')
  const l2 = await (await throwawayRedis()).connect('l2')
  await l2.config('SET', 'maxmemory', '100mb')
  await l2.config('SET', 'maxmemory-policy', 'allkeys-lfu')
  const checks = checksOf(log, l2)
  const report = await checks.look()
  expect(codes(report)).toEqual([])
  expect(report.promises.partitionedPrimary.holds).toBe(true)
  expect(checks.fenceMs).toBe(0)

  await log.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await l2.config('SET', 'maxmemory', '0')
  expect(codes(await checks.look())).toEqual(['log_evicts', 'l2_without_limit'])
})

it('an account that may not read the configuration is told what nobody checks', async () => {
  const { connect } = await throwawayRedis({ appendonly: true })
  const redis = await connect('log')
  await redis.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-config')
  await redis.auth('app', 'pw')
  const { findings } = await checksOf(redis, redis).look()
  expect(codes({ findings })).toEqual(['config_unreadable', 'l2_shares_server'])
  expect(findings[0]?.message).toContain('min-replicas-to-write')
})

it('a server that is away is said to be unreadable, and its fence is the longest usual one for good', async () => {
  const { server, connect } = await throwawayRedis({ appendonly: true })
  const redis = await connect('log', 200)
  server.kill('SIGSTOP')
  const checks = checksOf(redis, redis)
  const report = await checks.look()
  expect(codes(report)).toEqual(['redis_unreadable', 'redis_unreadable'])
  expect(report.promises.partitionedPrimary.holds).toBeNull()
  server.kill('SIGCONT')
  await expect.poll(async () => codes(await checks.look())).toEqual(['l2_shares_server'])
  expect(checks.fenceMs).toBe(12_000)
})

it('derives the fence of a primary with replicas, and says what partitions would do to it', async () => {
  const topology = await startSentinels({ minReplicasToWrite: 2, minReplicasMaxLagS: 1, appendonly: true })
  onTestFinished(() => topology.stop())
  const master = await topology.master()
  const url = `redis://127.0.0.1:${master.port}`
  const redis = connectRedis({ url, name: 'log', stallMs: 0, onError: () => {} })
  onTestFinished(() => redis.disconnect())
  await new Promise((resolve) => redis.once('ready', resolve))
  const checks = checksOf(redis, redis, { redisUrl: topology.url })
  expect(await checks.look()).toMatchObject({ promises: { partitionedPrimary: { holds: true } } })
  expect(checks.fenceMs).toBe(3_000)

  await redis.config('SET', 'min-replicas-to-write', 0)
  const report = await checks.look()
  expect(report.findings).toContainEqual(expect.objectContaining({ code: 'primary_unfenced', level: 'refuse' }))
  expect(report.promises.partitionedPrimary.holds).toBe(false)
})
