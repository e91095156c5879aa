import { expect, onTestFinished, test } from 'vitest'
import { startSentinels } from './sentinels.ts'

test('a master that is killed is replaced within seconds, and comes back as a replica', async () => {
  const topology = await startSentinels()
  onTestFinished(() => topology.stop())
  const old = await topology.master()
  expect(old).toBe(topology.servers[0])
  await old.ask((redis) => redis.set('kept', 'yes'))
  await expect.poll(() => topology.servers[1]?.ask((redis) => redis.get('kept'))).toBe('yes')
  old.kill('SIGKILL')
  const promoted = await topology.untilReplaced(old)
  expect(await promoted.ask((redis) => redis.get('kept'))).toBe('yes')
  await old.restart()
  await topology.untilFollowed()
})

test('a planned failover loses nothing', async () => {
  const topology = await startSentinels({ replicas: 1 })
  onTestFinished(() => topology.stop())
  const old = await topology.master()
  await old.ask((redis) => redis.set('kept', 'yes'))
  const promoted = await topology.failOver()
  expect(promoted).not.toBe(old)
  expect(await promoted.ask((redis) => redis.get('kept'))).toBe('yes')
})

test('while replication is held, what the master takes is lost with it', async () => {
  const topology = await startSentinels()
  onTestFinished(() => topology.stop())
  const old = await topology.master()
  await topology.holdReplication()
  await old.ask((redis) => redis.set('lost', 'yes'))
  old.kill('SIGKILL')
  const promoted = await topology.untilReplaced(old)
  expect(await promoted.ask((redis) => redis.get('lost'))).toBeNull()
})

test('a master without the replicas that it needs takes no write', async () => {
  const topology = await startSentinels({ replicas: 1, minReplicasToWrite: 1 })
  onTestFinished(() => topology.stop())
  const master = await topology.master()
  expect(await master.ask((redis) => redis.set('a', '1'))).toBe('OK')
  await topology.holdReplication()
  await expect.poll(() => master.ask((redis) => redis.set('a', '2')).catch(String)).toMatch(/NOREPLICAS/)
})
