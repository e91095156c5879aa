import { redisKeys } from '@freshet/core/keys/redis-keys'
import { startRedis } from '@freshet/testing/redis'
import { startRedisCluster } from '@freshet/testing/redis-cluster'
import { EVERY_TOPOLOGY } from '@freshet/testing/redis-topologies'
import { startSentinels } from '@freshet/testing/sentinels'
import { expect, onTestFinished, test } from 'vitest'
import { startShopOn } from './testing/shop-on.ts'

/** Nothing fails over here: a new generation may be acknowledged in without waiting for a master that was cut off. */
const UNGUARDED = { FRESHET_FENCE_MS: '0' }

const article = (n: number) => `shop:${n}`

/** A day in the life of two nodes: reads through all tiers, an invalidation that both have applied, lists, leases. */
async function live({ redis, stock, origin, nodes: [one, two] }: Awaited<ReturnType<typeof startShopOn>>) {
  const read = async (node: typeof one, key: string) => {
    const { status, body, cacheStatus } = await node.request('GET', key)
    return { status, body, tier: cacheStatus.detail }
  }
  for (let n = 0; n < 20; n++) stock.set(`${n}`, n)
  expect(await read(one, article(7))).toMatchObject({ status: 200, body: '7' })
  await one.post('/api/cache/mget', { keys: Array.from({ length: 20 }, (_, n) => article(n)) })
  await expect.poll(async () => (await two.get('/api/cache/keys?pattern=shop:*')).body.match(/shop:/g)?.length).toBe(20)
  const loads = origin.asked.length
  expect(await read(two, article(7))).toEqual({ status: 200, body: '7', tier: 'l2' })
  expect(await read(two, article(7))).toEqual({ status: 200, body: '7', tier: 'l1' })
  expect(origin.asked).toHaveLength(loads)
  expect((await one.get('/api/invalidate/preview?pattern=shop:*')).body).toMatch(/"count":20/)

  stock.set('7', 70)
  const answer = await two.post('/api/invalidate', { keys: [article(7)], wait: 'all' })
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { state: 'acknowledged', laggards: [] }])
  const { id } = JSON.parse(answer.body)
  expect(JSON.parse((await one.get(`/api/invalidate/receipts/${id}`)).body)).toMatchObject({ id })
  for (const node of [one, two]) expect(await read(node, article(7))).toMatchObject({ status: 200, body: '70' })

  await one.request('PUT', 'plain:1', 'x')
  expect((await two.request('GET', 'plain:1')).body).toBe('x')
  expect((await two.request('DELETE', 'plain:1')).status).toBe(204)
  expect((await one.request('GET', 'plain:1')).status).toBe(404)
  expect(await redis.exists(redisKeys.entry('plain:1'))).toBe(0)
  const asked = await Promise.all(
    [one, two].map((node) => node.request('GET', 'plain:2', undefined, { 'freshet-lease': 'request' })),
  )
  expect(asked.filter(({ lease }) => lease !== '')).toHaveLength(1)
  expect(JSON.parse((await two.get('/api/topology')).body).nodes).toHaveLength(2)
}

test.each(EVERY_TOPOLOGY)(
  'nodes run on %s by its address alone',
  async (_, start) => {
    const { url, stop } = await start()
    onTestFinished(stop)
    await live(await startShopOn(url, UNGUARDED))
  },
  60_000,
)

test('L2 lies on a Cluster, and the log and the queues with Sentinel', async () => {
  const [records, l2] = await Promise.all([startSentinels({ replicas: 1 }), startRedisCluster()])
  onTestFinished(() => Promise.all([records.stop(), l2.stop()]).then(() => undefined))
  const shop = await startShopOn(records.url, { ...UNGUARDED, L2_REDIS_URL: l2.url })
  // The list of keys is the one thing of the story that is asked of Redis itself.
  const names = async () => {
    const masters = await l2.masters()
    return (await Promise.all(masters.map((master) => master.ask((redis) => redis.keys('*'))))).flat()
  }
  await live(shop)
  const held = await names()
  expect(held.length).toBeGreaterThanOrEqual(20)
  expect(held.every((name) => name.startsWith(redisKeys.entry('')))).toBe(true)
  expect(await (await records.master()).ask((redis) => redis.exists(redisKeys.entry(article(7))))).toBe(0)
}, 60_000)

test('an address that is none stops the start, and says what is wrong', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const wrong = { L2_REDIS_URL: 'redis+sentinel://h1:26379,h2:26379' }
  await expect(startShopOn(server.url, wrong)).rejects.toThrow(/environment variables/i)
})
