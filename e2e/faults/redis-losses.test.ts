import { createDatabase } from '@freshet/testing/postgres-database'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { together, Undo } from '@freshet/testing/undo'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAll } from './expect-all.ts'
import { generationsAround } from './generations.ts'
import { type Outage, outage } from './outage.ts'
import { knows, type Platform, startPlatform } from './platform.ts'
import { testCoherence } from './promises/coherence.ts'
import { testWithoutRedis } from './promises/without-redis.ts'
import { WELL } from './recovery.ts'

interface World {
  platform: Platform
  outage: Outage
  outages: Outage[]
}

/** Two platforms beside each other, each with a Redis that goes in its own way. */
let lossy: World
let hung: World
const undo = new Undo()

async function begin(take: NodeJS.Signals, bringBack: (redis: ThrowawayRedis) => Promise<void>): Promise<World> {
  const own = undo.add(new Undo(), (it) => it.all())
  const redis = own.add(await startRedis(), (server) => server.stop())
  const database = own.add(await createDatabase(), (it) => it.drop())
  const platform = await startPlatform(redis, database.url, own)
  const away = await outage(
    platform,
    () => redis.kill(take),
    () => bringBack(redis),
  )
  return { platform, outage: away, outages: [away] }
}

beforeAll(async () => {
  ;[lossy, hung] = await together([
    begin('SIGKILL', (redis) => redis.restart()),
    begin('SIGSTOP', async (redis) => redis.kill('SIGCONT')),
  ])
})
afterAll(() => undo.all())

describe('Redis is killed and has lost everything', () => {
  testWithoutRedis(() => lossy)

  test('a new generation began, the same on both nodes', () => {
    const { before, now } = generationsAround(lossy.platform.load, lossy.outage)
    expect([before.size, now.size]).toEqual([1, 1])
    expect(now).not.toEqual(before)
  })

  test('the worker tells Redis of policies and keys again, so that a node that starts now has them', async () => {
    const { nodes, clients } = lossy.platform
    await nodes[1].restart()
    await knows(clients[1], 'fact')
    expect(await clients[1].request('GET', 'hot:0')).toMatchObject({ status: 200, cacheStatus: { stale: null } })
  })

  testCoherence(() => lossy)
})

describe('Redis hangs and goes on', () => {
  testWithoutRedis(() => hung)

  test('it is the same generation, and what was written before is fresh again', () => {
    const { platform, outage } = hung
    const { before, now } = generationsAround(platform.load, outage)
    expect(before.size).toBe(1)
    expect(now).toEqual(before)
    expectAll(platform.load.within(outage.after, 'written'), (answer) => WELL.hot?.(answer) === true, 20)
  })

  testCoherence(() => hung)
})
