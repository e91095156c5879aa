import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { PORTAL_DIR } from '@freshet/scripts/platform/build'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { startHttpService } from '@freshet/scripts/processes/http-service'
import { startPostgres } from '@freshet/testing/postgres'
import { startRedis } from '@freshet/testing/redis'
import { scratchFolder } from '@freshet/testing/scratch-folder'

export interface OwnPortal {
  databaseUrl: string
  /** Stops it, waits, and starts it again at the same address, with the same secret and data. */
  restart(downForMs: number): Promise<void>
  stop(): Promise<void>
}

/**
 * A portal with a database and a Redis of its own, for tests that need other settings than the shared platform has, or
 * that disable accounts. It runs what the platform's start has built.
 */
export async function startOwnPortal(port: number, settings: Record<string, string>): Promise<OwnPortal> {
  const scratch = scratchFolder('portal')
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production' as const,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    FRESHET_SECRET: randomBytes(32).toString('base64url'),
    HOSTNAME: '127.0.0.1',
    PORT: String(port),
    NEXTAUTH_URL: `http://localhost:${port}`,
    ...settings,
  }
  await promisify(execFile)(process.execPath, [path.join(CHECKOUT, 'packages/db/scripts/migrate.mjs')], { env })
  const start = () =>
    startHttpService(
      {
        name: 'portal',
        command: process.execPath,
        args: ['server.js'],
        cwd: PORTAL_DIR,
        env,
        logFile: path.join(scratch.folder, 'portal.log'),
      },
      `http://127.0.0.1:${port}/api/health`,
    )
  let portal = await start()
  return {
    databaseUrl: postgres.url,
    restart: async (downForMs) => {
      await portal.stop()
      await sleep(downForMs)
      portal = await start()
    },
    stop: async () => {
      await portal.stop()
      await Promise.all([postgres.stop(), redis.stop()])
      scratch.remove()
    },
  }
}
