import { type NextRequest, NextResponse } from 'next/server'
import { env } from '~/env'
import { PATH_HEADER } from '~/lib/path-header'
import { contentSecurityPolicy } from '~/server/content-security-policy'

const ONE_YEAR_S = 31_536_000

/**
 * Gives every answer its own content security policy. This is not where anything is authorised: procedures and pages do
 * that themselves, because a proxy can be walked around.
 */
export function proxy(request: NextRequest): NextResponse {
  const { NODE_ENV, FRESHET_ENV, NEXTAUTH_URL } = env()
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const https = NEXTAUTH_URL.startsWith('https://')
  const policy = contentSecurityPolicy(nonce, { dev: NODE_ENV === 'development', https })

  // Next reads the nonce from the request's policy and puts it on its own scripts.
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  if (https && FRESHET_ENV !== 'development')
    response.headers.set('strict-transport-security', `max-age=${ONE_YEAR_S}; includeSubDomains`)
  return response
}

export const config = { matcher: '/((?!_next/static|_next/image|icon.svg).*)' }
