import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { createDb, type Db } from '@freshet/db/client'
import { connectRedis } from '@freshet/redis/connection'
import { startPostgres, type ThrowawayPostgres } from '@freshet/testing/postgres'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { together, Undo } from '@freshet/testing/undo'
import type { Redis } from 'ioredis'
import { spawnWorker, type WorkerProcess } from './worker-process.ts'

/** Of every program of the stack. */
export const SECRET = 'a secret of the test that is long enough'
const CHECKOUT = path.resolve(import.meta.dirname, '../../../..')

/** Servers of the test's own, and real workers on them that it may kill. */
export interface WorkerStack {
  postgres: ThrowawayPostgres
  server: ThrowawayRedis
  redis: Redis
  db: Db
  /** What programs are told. */
  env: NodeJS.ProcessEnv
  /** Ends something with the stack, the last first. */
  undo: Undo
  /** Another worker; ended with the stack if it still runs. */
  startWorker(env?: NodeJS.ProcessEnv): Promise<WorkerProcess>
  stop(): Promise<void>
}

/**
 * @param environment what programs inherit: the test's own.
 * @param appendonly whether what Redis holds outlives a crash; true by default.
 */
export async function startStack(
  environment: NodeJS.ProcessEnv,
  { appendonly = true }: { appendonly?: boolean } = {},
): Promise<WorkerStack> {
  const undo = new Undo()
  const [postgres, server] = await together([
    startPostgres().then((started) => undo.add(started, (it) => it.stop())),
    startRedis({ appendonly }).then((started) => undo.add(started, (it) => it.stop())),
  ])
  const env = { ...environment, DATABASE_URL: postgres.url, REDIS_URL: server.url, FRESHET_SECRET: SECRET }
  await promisify(execFile)(process.execPath, [path.join(CHECKOUT, 'packages/db/scripts/migrate.mjs')], {
    env,
  })
  const db = undo.add(createDb(postgres.url), (it) => it.$disconnect())
  const redis = connectRedis({ url: server.url, name: 'test', stallMs: 0, onError: () => {} })
  undo.add(redis, async (it) => it.disconnect())
  await new Promise((resolve) => redis.once('ready', resolve))
  return {
    ...{ postgres, server, redis, db, env, undo },
    startWorker: async (own = {}) => undo.add(await spawnWorker({ ...env, ...own }), (worker) => worker.kill()),
    stop: () => undo.all(),
  }
}
