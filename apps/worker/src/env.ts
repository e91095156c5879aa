import { InstallationSecret, requireOwnSecret } from '@freshet/core/access/installation-secret'
import { createEnv } from '@t3-oss/env-core'
import { z } from 'zod'

/** This process's settings; the only reader of the environment. `.env.example` explains each. */
export function readEnv() {
  const env = createEnv({
    server: {
      FRESHET_ENV: z.enum(['development', 'staging', 'production']).default('development'),
      FRESHET_SECRET: InstallationSecret,
      FRESHET_WORKER_HOST: z.string().default('127.0.0.1'),
      FRESHET_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(9500),
      FRESHET_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(5),
      REDIS_URL: z.url().default('redis://127.0.0.1:6379'),
      DATABASE_URL: z.url(),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
  })
  requireOwnSecret(env.FRESHET_ENV, env.FRESHET_SECRET)
  return env
}
