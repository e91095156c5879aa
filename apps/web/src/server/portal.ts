import { OidcRoleMap } from '@freshet/api/services/oidc'
import { createServices, type Services } from '@freshet/api/services/services'
import { createDb, type Db } from '@freshet/db/client'
import { connectRouted, type RedisClient } from '@freshet/redis/connection'
import { createNodeFetch } from '@freshet/tls/node-fetch'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import { type Logger, pino } from 'pino'
import { env } from '~/env'
import { rememberUsers } from './remember-users'

export interface Portal {
  db: Db
  redis: RedisClient
  services: Services
  log: Logger
}

/** Redis that says nothing for this long is given up, milliseconds. */
const REDIS_STALL_MS = 2_000

function open(): Portal {
  const { DATABASE_URL, REDIS_URL, FRESHET_SECRET, FRESHET_ENV, LOG_LEVEL, OIDC_ROLE_MAP, tls } = env()
  const log = pino({ name: 'portal', level: LOG_LEVEL, redact: ['*.authorization', '*.cookie', '*.password'] })
  const identity = new TlsIdentity(tls)
  identity.start((err) => log.warn({ err }, 'tls files failed'))
  const db = createDb(DATABASE_URL)
  const redis = connectRouted({
    url: REDIS_URL,
    name: 'portal',
    stallMs: REDIS_STALL_MS,
    onError: (err) => log.warn({ err }, 'Redis does not answer'),
  })
  const oidcRoleMap = OIDC_ROLE_MAP === undefined ? null : OidcRoleMap.parse(OIDC_ROLE_MAP)
  const services = createServices({
    db,
    redis,
    secret: FRESHET_SECRET,
    fetch: createNodeFetch(identity).fetch,
    env: { environment: FRESHET_ENV, oidcRoleMap },
    log,
  })
  return { db, redis, log, services: { ...services, users: rememberUsers(services.users) } }
}

let opened: Portal | undefined

/**
 * What the portal works with: a database pool, a Redis connection and a look at the cluster. Pages and routes have one
 * each, because Next bundles every module once for either. It must not be shared on `globalThis`: an AppError that one
 * bundle's services throw is no `instanceof` the other bundle's AppError, and a conflict would be answered as a defect.
 */
export function portal(): Portal {
  opened ??= open()
  return opened
}
