import { randomUUID } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import { type Context, createContext } from './context.ts'
import { toAppError } from './failures.ts'
import type { Services } from './services/services.ts'
import { principalOfUser } from './services/users.ts'

export interface RequestFacts {
  headers: Headers
  method: string
  /** The user id that the session's token names, or null without a session. */
  sessionUserId: string | null
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
  try {
    return createContext({ services, requestId, ...(await identify(services, request)) })
  } catch (error) {
    const refusal = toAppError(error)
    if (refusal.code === 'internal')
      services.log.error({ err: refusal.cause, requestId }, 'a credential was not checked')
    return createContext({ services, requestId, refusal })
  }
}

async function identify(services: Services, { headers, method, sessionUserId }: RequestFacts) {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const token = BEARER.exec(authorization)?.[1]
    if (token === undefined) throw new AppError('unauthenticated', 'The Authorization header is no bearer token')
    return { principal: await services.authenticateKey(token) }
  }
  if (sessionUserId === null) return {}
  refuseOtherSites(headers, method)
  const user = await services.users.findActive(sessionUserId)
  if (!user) throw new AppError('unauthenticated', 'This account is disabled or gone; sign in again')
  return { user, principal: principalOfUser(user) }
}

/**
 * A browser sends the session's cookie whoever made it send the request, so a change must come from our own pages.
 * Browsers say so in Sec-Fetch-Site; older ones in Origin. A program that sends neither holds the cookie itself.
 */
function refuseOtherSites(headers: Headers, method: string): void {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const ours = site === null ? origin === null || hostOf(origin) === headers.get('host') : site === 'same-origin'
  if (!ours) throw new AppError('origin_not_allowed', 'A session may change things from the portal’s own pages only')
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : null)
