import { startPostgres } from '@freshet/testing/postgres'
import { startRedis } from '@freshet/testing/redis'
import { Undo } from '@freshet/testing/undo'
import { afterAll, beforeAll, describe } from 'vitest'
import { testOriginKilled } from './kills/origin.ts'
import { testPostgresKilled } from './kills/postgres.ts'
import { testRedisKilled } from './kills/redis.ts'
import type { World } from './kills/world.ts'
import { startPlatform } from './platform.ts'
import { testCoherence } from './promises/coherence.ts'

/** One platform under load, each of whose parts is killed for 20 s, one after the other. */
let world: World
const itsWorld = () => world

const undo = new Undo()

beforeAll(async () => {
  const postgres = undo.add(await startPostgres(), (server) => server.stop())
  const redis = undo.add(await startRedis({ appendonly: true }), (server) => server.stop())
  world = { postgres, redis, platform: await startPlatform(redis, postgres.url, undo), outages: [] }
})
afterAll(() => undo.all())

describe('PostgreSQL is killed', () => testPostgresKilled(itsWorld))
describe('Redis is killed and comes back with its append-only file', () => testRedisKilled(itsWorld))
describe('the origin is killed', () => testOriginKilled(itsWorld))
describe('through all of it', () => testCoherence(itsWorld))
