import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { systemClock } from '@freshet/core/clock'
import type { Fetch } from '@freshet/core/metrics/scrape-node'
import type { Db } from '@freshet/db/client'
import type { RedisClient } from '@freshet/redis/connection'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { pino } from 'pino'
import type { Log } from '../log.ts'
import { type ApiKeyService, createApiKeyService } from './api-keys.ts'
import { type AuditService, createAuditService } from './audit.ts'
import { type ClusterMonitor, createClusterMonitor } from './cluster-monitor.ts'
import { createPublishControl } from './control-publication.ts'
import { createEventRuleService, type EventRuleService } from './event-rules.ts'
import { type AuthenticateKey, createAuthenticateKey } from './key-authentication.ts'
import { createReadHistory, type ReadHistory } from './metric-history.ts'
import { createNamespaceService, type NamespaceService } from './namespaces.ts'
import { createUpsertOidcUser, type OidcRoleMap, type UpsertOidcUser } from './oidc.ts'
import { createProbeOrigin, type ProbeOrigin } from './origin-probe.ts'
import { createVerifyPassword, type VerifyPassword } from './sign-in.ts'
import { createUserService, type UserService } from './users.ts'

export type Environment = 'development' | 'staging' | 'production'

export interface ServicesOptions {
  db: Db
  /** For single commands; nothing is subscribed on it. */
  redis: RedisClient
  /** FRESHET_SECRET. */
  secret: string
  /** Asks nodes, with what they want to see of this process. */
  fetch: Fetch
  env: {
    environment: Environment
    /** OIDC_ROLE_MAP, parsed; null: the identity provider says nothing of roles. */
    oidcRoleMap?: OidcRoleMap | null
  }
  log?: Log
}

/** What procedures and the portal's sign-in work with. One per process. */
export interface Services {
  environment: Environment
  log: Log
  users: UserService
  verifyPassword: VerifyPassword
  upsertOidcUser: UpsertOidcUser
  authenticateKey: AuthenticateKey
  namespaces: NamespaceService
  apiKeys: ApiKeyService
  eventRules: EventRuleService
  audit: AuditService
  cluster: ClusterMonitor
  history: ReadHistory
  probeOrigin: ProbeOrigin
  /** Stops looking at the cluster. Database and Redis belong to the caller. */
  close(): void
}

export function createServices(options: ServicesOptions): Services {
  const { db, redis, secret, fetch, env, log = pino({ name: 'portal' }) } = options
  const pepper = deriveKey(secret, 'api-key-hash')
  const token = internalToken(deriveKey(secret, 'node-to-node'))
  const publisher = createControlPublisher(redis)
  const registry = createNodeRegistry(redis)
  const publish = createPublishControl(db, publisher, log)
  const cluster = createClusterMonitor({ registry, publisher, fetch, token, clock: systemClock }, log)
  return {
    environment: env.environment,
    log,
    users: createUserService(db),
    verifyPassword: createVerifyPassword(db),
    upsertOidcUser: createUpsertOidcUser(db, env.oidcRoleMap ?? null),
    authenticateKey: createAuthenticateKey(db, pepper, systemClock, log),
    namespaces: createNamespaceService(db, deriveKey(secret, 'origin-secrets'), publish),
    apiKeys: createApiKeyService(db, pepper, publish, systemClock),
    eventRules: createEventRuleService(db, publish),
    audit: createAuditService(db),
    cluster,
    history: createReadHistory(db),
    probeOrigin: createProbeOrigin({ registry, fetch, token }),
    close: () => cluster.close(),
  }
}
