import type { NamespaceGrant, Role } from '@freshet/core/access/permissions'
import { createDb, type Db } from '@freshet/db/client'
import { hashPassword } from '@freshet/db/passwords'
import { upsertUser } from '@freshet/db/queries/users'
import { connectRedis } from '@freshet/redis/connection'
import { createDatabase } from '@freshet/testing/postgres-database'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import type { Redis } from 'ioredis'
import type { PortalUser } from '../portal-user.ts'
import { resolveContext } from '../resolve-context.ts'
import { createRestHandler } from '../rest/handler.ts'
import { createServices, type Services } from '../services/services.ts'

/** Where every request of the tests comes from. */
export const TEST_ADDRESS = '192.0.2.77'
export const TEST_SECRET = 'a secret of the tests that is long enough'

/** The whole control plane over a database and a Redis of its own. */
export interface ControlPlane {
  db: Db
  redis: Redis
  redisServer: ThrowawayRedis
  services: Services
  /** Errors that nobody foresaw, as they were logged. */
  logged: object[]
  person(role: Role, namespaces?: NamespaceGrant, password?: string): Promise<PortalUser>
  /** A request to the REST form; who asks is a person, the bearer of a token, or nobody. */
  ask(method: string, path: string, options?: RestOptions): Promise<Response>
  /** The same, with the answer's JSON read. */
  rest(method: string, path: string, options?: RestOptions): Promise<RestAnswer>
  stop(): Promise<void>
}

export interface RestOptions {
  as?: PortalUser | string
  body?: unknown
  headers?: Record<string, string>
}

export interface RestAnswer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export async function startControlPlane(): Promise<ControlPlane> {
  const [database, redisServer] = await Promise.all([createDatabase(), startRedis()])
  const db = createDb(database.url)
  const redis = connectRedis({ url: redisServer.url, name: 'test', stallMs: 1_000, onError: () => {} })
  await new Promise((resolve) => redis.once('ready', resolve))
  const logged: object[] = []
  const services = createServices({
    db,
    redis,
    secret: TEST_SECRET,
    fetch,
    env: { environment: 'development' },
    log: { error: (facts) => void logged.push(facts), warn: () => {} },
  })
  let people = 0
  const ask: ControlPlane['ask'] = (method, path, { as, body, headers = {} } = {}) => {
    const sessionUserId = typeof as === 'object' ? as.id : null
    const handle = createRestHandler((request) =>
      resolveContext(services, { headers: request.headers, sessionUserId, from: TEST_ADDRESS }),
    )
    const request = new Request(new URL(path, 'http://portal.test'), {
      method,
      headers: {
        ...(typeof as === 'string' ? { authorization: `Bearer ${as}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return handle(request)
  }
  return {
    ...{ db, redis, redisServer, services, logged },
    async person(role, namespaces = '*', password) {
      people++
      const passwordHash = password === undefined ? null : await hashPassword(password)
      return upsertUser(db, { email: `person${people}@example.org`, name: 'P', role, namespaces, passwordHash })
    },
    ask,
    async rest(method, path, options) {
      const response = await ask(method, path, options)
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
    },
    async stop() {
      services.close()
      redis.disconnect()
      await db.$disconnect()
      await Promise.all([database.drop(), redisServer.stop()])
    },
  }
}
