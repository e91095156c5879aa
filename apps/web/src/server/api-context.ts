import { type Context, createContext } from '@freshet/api/context'
import { resolveContext } from '@freshet/api/resolve-context'
import { AppError } from '@freshet/core/errors/app-error'
import { env } from '~/env'
import { clientAddress } from './client-address'
import { portal } from './portal'
import { isSameOrigin } from './same-origin'
import { readSession } from './session'

/** Who asks over tRPC or REST: an API key, or the person whose cookie came along. */
export async function apiContext(request: Request): Promise<Context> {
  const { services } = portal()
  const { headers } = request
  const from = clientAddress(headers.get('x-forwarded-for'), env().FRESHET_TRUSTED_PROXIES)
  // A credential in a header was put there on purpose; only a cookie goes along with whatever another site asks for.
  if (headers.has('authorization')) return resolveContext(services, { headers, sessionUserId: null, from })
  if (isSameOrigin(request)) return resolveContext(services, { headers, sessionUserId: await readSession(), from })
  const refusal = new AppError('origin_not_allowed', 'A session may change things from the portal’s own pages only')
  return createContext({ services, refusal })
}
