import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type Fault, leases } from './fault.ts'

/** Runs for so many milliseconds and lets nobody else have a turn, as DEBUG SLEEP does where the server allows it. */
const BUSY = `
local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end
local untilMs = now() + ARGV[1]
while now() < untilMs do end`

/** Redis stands still or forgets connections, and loses nothing. */
export const REDIS_STALLS: readonly Fault[] = [
  {
    kind: 'CLIENT KILL',
    strike: ({ cluster }) =>
      cluster.redis.ask(async (redis) => {
        for (const type of ['normal', 'pubsub']) await redis.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes')
      }),
  },
  {
    kind: 'Redis busy with one command',
    strike: (arena) =>
      arena.cluster.redis.ask(async (redis) => {
        await redis.eval(BUSY, 0, Math.round(leases(arena, 0.2, 1.5)))
      }),
  },
  {
    kind: 'Redis paused',
    async strike(arena) {
      arena.cluster.redis.pause()
      await sleep(leases(arena, 0.3, 2))
      arena.cluster.redis.resume()
    },
  },
]

/** Redis loses what it held, or what it last heard. */
export const REDIS_LOSSES: readonly Fault[] = [
  { kind: 'Redis killed, with its append-only file', strike: ({ cluster }) => cluster.redis.crash() },
  { kind: 'Redis killed, all lost', strike: ({ cluster }) => cluster.redis.crashAndForget() },
  {
    kind: 'Redis back from an old copy',
    async strike(arena) {
      await arena.cluster.redis.copyAside()
      await sleep(leases(arena, 0.5, 1.5))
      await arena.cluster.redis.crashToOldCopy()
    },
  },
  {
    kind: 'replica promoted without the last writes',
    async strike(arena) {
      const { redis } = arena.cluster
      redis.holdReplication()
      await sleep(leases(arena, 0.2, 1))
      await redis.failOver()
      await sleep(leases(arena, 0.2, 1))
      await redis.rejoin()
    },
  },
  {
    kind: 'log trimmed',
    async strike({ cluster }) {
      await cluster.redis.ask((redis) => redis.xtrim(redisKeys.logStream, 'MAXLEN', 0))
    },
  },
  {
    kind: 'FLUSHALL',
    async strike({ cluster }) {
      await cluster.redis.ask((redis) => redis.flushall())
    },
  },
  {
    kind: "log's meta deleted",
    async strike({ cluster }) {
      await cluster.redis.ask((redis) => redis.del(redisKeys.logMeta))
    },
  },
]
