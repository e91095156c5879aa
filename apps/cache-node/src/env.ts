import { hostname } from 'node:os'
import { InstallationSecret, requireOwnSecret } from '@freshet/core/access/installation-secret'
import { AcceptedFindings } from '@freshet/core/contracts/findings'
import { NodeUrl } from '@freshet/core/contracts/node-registry'
import { EVICTION_POLICIES } from '@freshet/core/eviction/make-store'
import { RedisUrlVariable, requireVerifiedTls } from '@freshet/redis/redis-url-variable'
import { tlsFilesOf } from '@freshet/tls/tls-files'
import { createEnv } from '@t3-oss/env-core'
import { z } from 'zod'
import { CidrList } from './origins/address-rules.ts'

const MIB = 1024 * 1024

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))

const count = (fallback: number, min = 1) => z.coerce.number().int().min(min).default(fallback)

/** A number, or what the servers' own configuration makes of it. */
const derived = z.union([z.literal('auto'), z.coerce.number().int().min(0)]).default('auto')

/** This process's settings; the only reader of the environment. `.env.example` explains each. */
export function readEnv(variables: Record<string, string | undefined> = process.env) {
  const env = createEnv({
    server: {
      FRESHET_ENV: z.enum(['development', 'staging', 'production']).default('development'),
      FRESHET_SECRET: InstallationSecret,
      FRESHET_DECLARED_NAMESPACES_ONLY: z.stringbool().default(false),
      FRESHET_NODE_ID: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,64}$/)
        .optional(),
      FRESHET_NODE_HOST: z.string().default('127.0.0.1'),
      FRESHET_NODE_PORT: z.coerce.number().int().min(0).max(65_535).default(9400),
      FRESHET_NODE_URL: NodeUrl.optional(),
      FRESHET_RING: z.enum(['on', 'off']).default('on'),
      FRESHET_NODE_WEIGHT: z.coerce.number().int().min(1).max(1_000).default(100),
      FRESHET_ZONE: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,64}$/)
        .optional(),
      FRESHET_PEER_SILENCE_MS: count(750, 20),
      FRESHET_PEER_CONNECTIONS: count(128),
      FRESHET_TLS_CERT_FILE: z.string().optional(),
      FRESHET_TLS_KEY_FILE: z.string().optional(),
      FRESHET_TLS_CA_FILE: z.string().optional(),
      FRESHET_TLS_CLIENT_CERTS: z.enum(['off', 'require']).default('off'),
      REDIS_URL: RedisUrlVariable.default('redis://127.0.0.1:6379'),
      L2_REDIS_URL: RedisUrlVariable.optional(),
      FRESHET_LEASE_MS: count(2_000, 200),
      FRESHET_FENCE_MS: derived,
      FRESHET_WAIT_REPLICAS: derived,
      FRESHET_ACCEPTED_FINDINGS: AcceptedFindings,
      FRESHET_ACK: z.enum(['lease', 'strict']).default('lease'),
      FRESHET_LOG_MAX_RECORDS: count(1_000_000, 1_000),
      FRESHET_L1_POLICY: z.enum(EVICTION_POLICIES).default('lru'),
      FRESHET_L1_MAX_BYTES: count(256 * MIB),
      FRESHET_L1_MAX_ENTRIES: count(1_000_000),
      FRESHET_HOT_READS_PER_S: count(10),
      FRESHET_HOT_MAX_BYTES: count(32 * MIB),
      FRESHET_L2_TIMEOUT_MS: count(100),
      FRESHET_L2_STALL_MS: count(2_000, 50),
      FRESHET_MAX_VALUE_BYTES: count(8 * MIB),
      FRESHET_MAX_BATCH_BYTES: count(32 * MIB),
      FRESHET_MAX_HEADER_BYTES: count(16 * 1024, 1_024),
      FRESHET_REQUEST_TIMEOUT_MS: count(30_000, 100),
      FRESHET_HEADERS_TIMEOUT_MS: count(10_000, 100),
      FRESHET_KEEP_ALIVE_MS: count(65_000, 0),
      FRESHET_DRAIN_MS: count(10_000, 0),
      FRESHET_CORS_ORIGINS: list,
      FRESHET_ORIGIN_ALLOW: CidrList.default([]),
      FRESHET_JWT_ISSUER: z.string().optional(),
      FRESHET_JWT_AUDIENCE: z.string().optional(),
      FRESHET_JWT_JWKS_URL: z.url().optional(),
      FRESHET_JWT_ALGORITHMS: list,
      FRESHET_RATE_READ: count(0, 0),
      FRESHET_RATE_WRITE: count(0, 0),
      FRESHET_RATE_INVALIDATE: count(0, 0),
      FRESHET_RATE_LIST: count(50, 0),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    },
    runtimeEnv: variables,
    emptyStringAsUndefined: true,
  })
  requireOwnSecret(env.FRESHET_ENV, env.FRESHET_SECRET)
  requireVerifiedTls(env.FRESHET_ENV, { REDIS_URL: env.REDIS_URL, L2_REDIS_URL: env.L2_REDIS_URL })
  const nodeId = env.FRESHET_NODE_ID ?? `${hostname()}-${env.FRESHET_NODE_PORT}`
  const { FRESHET_JWT_ISSUER: issuer, FRESHET_JWT_AUDIENCE: audience, FRESHET_JWT_JWKS_URL: jwksUrl } = env
  if ([issuer, audience, jwksUrl].some(Boolean) && !(issuer && audience && jwksUrl))
    throw new Error('FRESHET_JWT_ISSUER, FRESHET_JWT_AUDIENCE and FRESHET_JWT_JWKS_URL go together: set all or none')
  const jwt =
    issuer && audience && jwksUrl ? { issuer, audience, jwksUrl, algorithms: env.FRESHET_JWT_ALGORITHMS } : null
  const tls = tlsFilesOf(env)
  return { ...env, nodeId, tls, l2RedisUrl: env.L2_REDIS_URL ?? env.REDIS_URL, jwt }
}

export type NodeEnv = ReturnType<typeof readEnv>
