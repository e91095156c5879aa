import { InstallationSecret, requireOwnSecret } from '@freshet/core/access/installation-secret'
import { RedisUrlVariable, requireVerifiedTls } from '@freshet/redis/redis-url-variable'
import { tlsFilesOf } from '@freshet/tls/tls-files'
import { createEnv } from '@t3-oss/env-core'
import { z } from 'zod'

function readEnv() {
  const env = createEnv({
    server: {
      NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
      FRESHET_ENV: z.enum(['development', 'staging', 'production']).default('development'),
      /** The installation's one secret; every key of ours derives from it. */
      FRESHET_SECRET: InstallationSecret,
      DATABASE_URL: z.url(),
      REDIS_URL: RedisUrlVariable,
      /** PEM files: what the portal shows nodes, and whose certificates it believes. */
      FRESHET_TLS_CERT_FILE: z.string().optional(),
      FRESHET_TLS_KEY_FILE: z.string().optional(),
      FRESHET_TLS_CA_FILE: z.string().optional(),
      FRESHET_TLS_CLIENT_CERTS: z.enum(['off', 'require']).default('off'),
      /** Where people reach the portal. Sign-in by OIDC comes back to this address. Named by next-auth, which reads it too. */
      NEXTAUTH_URL: z.url().default('http://localhost:3000'),
      /** Reverse proxies in front of us that append to X-Forwarded-For; sign-in attempts are counted by the address before them. */
      FRESHET_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(8).default(0),
      /** Shows where the demo's account is written down. */
      FRESHET_DEMO: z.stringbool().default(false),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
      /** OpenID Connect: the three together switch sign-in by it on. */
      OIDC_ISSUER: z.url().optional(),
      OIDC_CLIENT_ID: z.string().min(1).optional(),
      OIDC_CLIENT_SECRET: z.string().min(1).optional(),
      /** What the button says: "Sign in with ...". */
      OIDC_NAME: z.string().min(1).default('single sign-on'),
      /** Claim that lists a person's groups. */
      OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
      /** What we ask the provider for. */
      OIDC_SCOPE: z.string().min(1).default('openid email profile groups'),
      /** JSON: group to role, as {"sre": "admin", "shop": {"role": "operator", "namespaces": ["shop"]}}. */
      OIDC_ROLE_MAP: z
        .string()
        .refine(isJson, 'must be JSON')
        .transform((text): unknown => JSON.parse(text))
        .optional(),
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
    onValidationError: (issues) => {
      throw new Error(issues.map(({ path, message }) => `${path?.join('.')}: ${message}`).join('; '))
    },
  })
  requireOwnSecret(env.FRESHET_ENV, env.FRESHET_SECRET)
  requireVerifiedTls(env.FRESHET_ENV, { REDIS_URL: env.REDIS_URL })
  const oidc = [env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET]
  if (oidc.some(Boolean) && !oidc.every(Boolean))
    throw new Error('OIDC needs OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together')
  if (env.FRESHET_ENV === 'production' && env.FRESHET_DEMO)
    throw new Error('demo_in_production: FRESHET_DEMO has no place in production: its account stands in a file')
  if (env.FRESHET_ENV === 'production' && !env.NEXTAUTH_URL.startsWith('https://'))
    throw new Error(
      'portal_without_tls: In production NEXTAUTH_URL is an https address: the session cookie travels over TLS only',
    )
  return { ...env, tls: tlsFilesOf(env) }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export type Env = ReturnType<typeof readEnv>

let read: Env | undefined

/**
 * The process's settings, parsed once, at the first request and not on import: `next build` imports every route, on
 * machines that have no database.
 */
export function env(): Env {
  read ??= readEnv()
  return read
}
