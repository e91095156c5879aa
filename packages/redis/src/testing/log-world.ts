import type { LogCommand } from '@freshet/core/coherence/log-record'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import { RedisInvalidationLog } from '../invalidation-log.ts'
import { LogArchive } from '../log/log-archive.ts'
import { LogReader } from '../log/log-reader.ts'
import { LogSnapshots } from '../log/snapshots.ts'
import { LogTrimmer } from '../log/trimmer.ts'
import { throwawayRedis } from './throwaway-redis.ts'

export const keys = (...names: string[]): LogCommand => ({ kind: 'keys', keys: names })

interface LogWorldOptions {
  maxRecords?: number
  pageSize?: number
  /** Redis keeps what it was told, each write before it answers: a crash loses nothing. */
  durable?: boolean
}

/** A log on a Redis of its own, with all who work on it. */
export async function logWorld({ maxRecords = 100_000, pageSize = 1_000, durable = false }: LogWorldOptions = {}) {
  const { server, connect } = await throwawayRedis({ appendonly: durable })
  const redis = await connect('log')
  if (durable) await redis.config('SET', 'appendfsync', 'always')
  const member = (nodeId: string, incarnation = 'i', leaseMs = 2_000, connection: Redis = redis) =>
    new RedisInvalidationLog({
      append: connection,
      poll: connection,
      doorbell: connection,
      nodeId,
      incarnation,
      leaseMs,
      maxRecords,
      pageSize,
    })
  return {
    server,
    connect,
    redis,
    member,
    log: member('node-1'),
    reader: new LogReader(redis, pageSize),
    archive: new LogArchive(redis),
    snapshots: new LogSnapshots(redis),
    trimmer: new LogTrimmer(redis),
    /** What Redis does when it thinks that it may have lost writes, without a restart. */
    endGeneration: () => redis.hset(redisKeys.logMeta, 'id', 'another server'),
    /** Killed in the middle of everything, and started again. Resolves once it was asked with success. */
    async crash() {
      server.kill('SIGKILL')
      await server.restart()
      await until(() => redis.ping())
    },
  }
}

/** Asks until it is answered: a connection comes back in its own time. */
export async function until<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
