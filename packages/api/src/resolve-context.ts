import { randomUUID } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import { type Context, createContext } from './context.ts'
import { toAppError } from './failures.ts'
import { principalOfUser } from './portal-user.ts'
import type { Services } from './services/services.ts'

export interface RequestFacts {
  headers: Headers
  /**
   * The user id that the session's token names, or null. Null too for a request that another site made the browser send:
   * only the portal knows of cookies, so it keeps forged requests out.
   */
  sessionUserId: string | null
  /** The client's network address as the trusted proxy gives it; left out: nobody knows. */
  from?: string | null
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Who asks: an API key when a bearer token is sent, else the person of the session. Never rejects: a credential that is
 * no good goes into the context and each procedure answers with it, in its transport's own form.
 */
export async function resolveContext(services: Services, request: RequestFacts): Promise<Context> {
  const given = request.headers.get('x-request-id')
  const requestId = given !== null && REQUEST_ID.test(given) ? given : randomUUID()
  const { from = null } = request
  try {
    return createContext({ services, requestId, from, ...(await identify(services, request)) })
  } catch (error) {
    const refusal = toAppError(error)
    if (refusal.code === 'internal')
      services.log.error({ err: refusal.cause, requestId }, 'a credential was not checked')
    return createContext({ services, requestId, from, refusal })
  }
}

async function identify(services: Services, { headers, sessionUserId }: RequestFacts) {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const token = BEARER.exec(authorization)?.[1]
    if (token === undefined) throw new AppError('unauthenticated', 'The Authorization header is no bearer token')
    return { principal: await services.authenticateKey(token) }
  }
  if (sessionUserId === null) return {}
  const user = await services.users.findActive(sessionUserId)
  if (!user) throw new AppError('unauthenticated', 'This account is disabled or gone; sign in again')
  return { user, principal: principalOfUser(user) }
}
