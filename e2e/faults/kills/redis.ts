import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { expectAll } from '../expect-all.ts'
import { generationsAround } from '../generations.ts'
import { lookAt, type Sight } from '../look.ts'
import { type Outage, outage } from '../outage.ts'
import { knows } from '../platform.ts'
import type { PortalAnswer } from '../portal-client.ts'
import { testWithoutRedis } from '../promises/without-redis.ts'
import { WRITTEN_KEYS } from '../streams.ts'
import type { World } from './world.ts'

/** Redis is killed and comes back with its append-only file. */
export function testRedisKilled(world: () => World): void {
  let away: Outage
  let sight: Sight
  let edit: PortalAnswer

  beforeAll(async () => {
    const { platform, redis, outages } = world()
    away = await outage(
      platform,
      () => redis.kill('SIGKILL'),
      () => redis.restart(),
      async () => {
        await sleep(5_000)
        const policy = { origin: { url: `${platform.source.url}/absent/{rest}` } }
        ;[edit, sight] = await Promise.all([platform.operator.savePolicy('pending', policy), lookAt(platform)])
      },
    )
    outages.push(away)
  })

  testWithoutRedis(() => ({ platform: world().platform, outage: away }))

  test('each part tells its state: nodes are asked still, and are not well', () => {
    expect(sight.nodes).toEqual(Array(2).fill({ ready: true, health: 'degraded', state: 'degraded' }))
    expect(sight.worker).toEqual({ live: true, faults: [expect.stringContaining('Redis')] })
    expect(sight.portal).toMatchObject({ database: 'up', redis: 'down' })
  })

  test('an edit is saved, and told to the nodes once they can be told', async () => {
    expect([edit.status, edit.propagation]).toEqual([200, 'pending'])
    for (const node of world().platform.clients) await knows(node, 'pending')
  })

  test('a new generation begins, the same on both nodes: writes that Redis acknowledged may be lost', () => {
    const { before, now } = generationsAround(world().platform.load, away)
    expect([before.size, now.size]).toEqual([1, 1])
    expect(now).not.toEqual(before)
  })

  test('what somebody wrote before stays marked until it is written again', async () => {
    const { load, clients } = world().platform
    expectAll(load.within(away.after, 'written'), ({ cacheStatus }) => cacheStatus.stale === 'generation', 20)
    for (const key of WRITTEN_KEYS) expect(await clients[0].request('PUT', key, 'again')).toMatchObject({ status: 204 })
    for (const node of clients)
      for (const key of WRITTEN_KEYS)
        await expect
          .poll(() => node.request('GET', key), { timeout: 5_000 })
          .toMatchObject({ status: 200, body: 'again', cacheStatus: { stale: null } })
  })
}
