import { describeTierContract } from '@freshet/core/testing/tier-contract'
import { EVERY_TOPOLOGY, type StartedTopology } from '@freshet/testing/redis-topologies'
import { afterAll, beforeAll, describe } from 'vitest'
import { connectRouted, type RedisClient } from '../connection.ts'
import { RedisTier } from '../l2-tier.ts'
import { untilReady } from '../until-ready.ts'

describe.each(EVERY_TOPOLOGY)('on %s', (name, start) => {
  let topology: StartedTopology
  let redis: RedisClient

  beforeAll(async () => {
    topology = await start()
    redis = connectRouted({ url: topology.url, name: 'l2', stallMs: 500, onError: () => {} })
    await untilReady(redis, 10_000)
  })
  afterAll(async () => {
    redis.disconnect()
    await topology.stop()
  })

  describeTierContract(name, async () => {
    await topology.administer((server) => server.flushall())
    return new RedisTier(redis, 1_000_000)
  })
})
