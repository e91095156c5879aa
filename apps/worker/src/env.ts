import { InstallationSecret, requireOwnSecret } from '@freshet/core/access/installation-secret'
import { AcceptedFindings } from '@freshet/core/contracts/findings'
import { RedisUrlVariable, requireVerifiedTls } from '@freshet/redis/redis-url-variable'
import { tlsFilesOf } from '@freshet/tls/tls-files'
import { createEnv } from '@t3-oss/env-core'
import { z } from 'zod'

const count = (fallback: number, min = 1) => z.coerce.number().int().min(min).default(fallback)

/** A number, or what the servers' own configuration makes of it. */
const derived = z.union([z.literal('auto'), z.coerce.number().int().min(0)]).default('auto')

/** This process's settings; the only reader of the environment. `.env.example` explains each. */
export function readEnv() {
  const env = createEnv({
    server: {
      FRESHET_ENV: z.enum(['development', 'staging', 'production']).default('development'),
      FRESHET_SECRET: InstallationSecret,
      FRESHET_WORKER_HOST: z.string().default('127.0.0.1'),
      FRESHET_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(9500),
      FRESHET_WORKER_CONCURRENCY: z.coerce.number().int().min(2).max(100).default(6),
      FRESHET_TLS_CERT_FILE: z.string().optional(),
      FRESHET_TLS_KEY_FILE: z.string().optional(),
      FRESHET_TLS_CA_FILE: z.string().optional(),
      FRESHET_TLS_CLIENT_CERTS: z.enum(['off', 'require']).default('off'),
      REDIS_URL: RedisUrlVariable.default('redis://127.0.0.1:6379'),
      L2_REDIS_URL: RedisUrlVariable.optional(),
      DATABASE_URL: z.url(),
      FRESHET_LEASE_MS: count(2_000, 200),
      FRESHET_FENCE_MS: derived,
      FRESHET_WAIT_REPLICAS: derived,
      FRESHET_ACCEPTED_FINDINGS: AcceptedFindings,
      FRESHET_ACK: z.enum(['lease', 'strict']).default('lease'),
      FRESHET_LOG_MAX_RECORDS: count(1_000_000, 1_000),
      FRESHET_LOG_SPARE_RECORDS: count(10_000, 0),
      FRESHET_SWEEP_RATE: count(20_000),
      FRESHET_SWEEP_QUIET_MS: count(10_000),
      FRESHET_SWEEP_EVERY_MS: count(600_000),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
  })
  requireOwnSecret(env.FRESHET_ENV, env.FRESHET_SECRET)
  requireVerifiedTls(env.FRESHET_ENV, { REDIS_URL: env.REDIS_URL, L2_REDIS_URL: env.L2_REDIS_URL })
  return { ...env, tls: tlsFilesOf(env) }
}
