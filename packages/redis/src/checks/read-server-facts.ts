import type { Clock } from '@freshet/core/clock'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { CONFIG_NAMES, type ConfigName, parseServerFacts, type ServerFacts } from './server-facts.ts'

/** A server; of a Cluster, any member: they are to be configured alike. */
export type AskedServer = Pick<Redis, 'info' | 'config' | 'time'>

const ConfigReply = z.tuple([z.string(), z.string()])
const TimeReply = z.tuple([z.coerce.number(), z.coerce.number()])

/** Asks a server about itself. Rejects when it does not answer; what its account may not see is null. */
export async function readServerFacts(redis: AskedServer, clock: Pick<Clock, 'wallMs'>): Promise<ServerFacts> {
  const sentMs = clock.wallMs()
  const [seconds, micros] = TimeReply.parse(await redis.time())
  // Half of the way there and back is ours.
  const offsetMs = seconds * 1_000 + micros / 1_000 - (sentMs + clock.wallMs()) / 2
  const info = await redis.info()
  const entries = await Promise.all(CONFIG_NAMES.map(async (name) => [name, await readConfig(redis, name)] as const))
  const config: Partial<Record<ConfigName, string | null>> = Object.fromEntries(entries)
  return parseServerFacts(info, offsetMs, {
    appendfsync: null,
    'min-replicas-to-write': null,
    'min-replicas-max-lag': null,
    'repl-backlog-ttl': null,
    'cluster-require-full-coverage': null,
    ...config,
  })
}

/** One by one: several names in one question are of Redis 7. */
async function readConfig(redis: AskedServer, name: ConfigName): Promise<string | null> {
  const reply = await redis.config('GET', name).catch((error: unknown) => {
    // An account without the right to ask, or a hosted server that hides it; a lost connection is another matter.
    if (error instanceof Error && /^(NOPERM|ERR)/.test(error.message)) return null
    throw error
  })
  const parsed = ConfigReply.safeParse(reply)
  return parsed.success ? parsed.data[1] : null
}
