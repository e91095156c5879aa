import { expect, onTestFinished, test } from 'vitest'
import { startRedisCluster } from './redis-cluster.ts'

async function start() {
  const cluster = await startRedisCluster()
  onTestFinished(() => cluster.stop())
  return cluster
}

test('three masters share the slots, and a replica of each has what its master was told', async () => {
  const cluster = await start()
  expect(await cluster.masters()).toHaveLength(3)
  const master = await cluster.masterOf('a')
  await master.ask((redis) => redis.set('a', '1'))
  const [replica] = await cluster.replicasOf(master)
  const read = () =>
    replica?.ask(async (redis) => {
      await redis.readonly()
      return redis.get('a')
    })
  await expect.poll(read).toBe('1')
})

test('a master that is killed is replaced by its replica within seconds', async () => {
  const cluster = await start()
  const master = await cluster.masterOf('a')
  await master.ask((redis) => redis.set('a', '1'))
  master.kill('SIGKILL')
  const promoted = await cluster.untilReplaced(master)
  expect(await cluster.masterOf('a')).toBe(promoted)
})

test('a planned failover gives a replica its master’s slots', async () => {
  const cluster = await start()
  const master = await cluster.masterOf('a')
  expect(await cluster.failOver(master)).toBe(await cluster.masterOf('a'))
})

test('a slot moves with its keys, some of them ahead of it', async () => {
  const cluster = await start()
  const [slot, from] = await Promise.all([cluster.slotOf('{a}'), cluster.masterOf('{a}')])
  const to = (await cluster.masters()).find((master) => master !== from)
  if (!to) throw new Error('unreachable')
  await from.ask((redis) => redis.mset('{a}1', '1', '{a}2', '2'))
  const move = await cluster.beginSlotMove(slot, to)
  expect(await move.migrate(1)).toBe(1)
  expect(await from.ask((redis) => redis.dbsize())).toBe(1)
  expect(await move.migrate()).toBe(1)
  await move.finish()
  expect(await cluster.masterOf('{a}')).toBe(to)
  expect(await to.ask((redis) => redis.mget('{a}1', '{a}2'))).toEqual(['1', '2'])
})
