import { deriveKey } from '@freshet/core/access/secrets'
import { AppError } from '@freshet/core/errors/app-error'
import { headers } from 'next/headers'
import NextAuth, { type DefaultSession, type NextAuthOptions } from 'next-auth'
import { env } from '~/env'
import { clientAddress } from './client-address'
import { toOidcIdentity } from './oidc-identity'
import { oidcProvider } from './oidc-provider'
import { passwordProvider } from './password-provider'
import { portal } from './portal'

/** A session that is not used for this long ends, seconds. */
const SESSION_S = 12 * 3_600

declare module 'next-auth' {
  interface Session {
    /** Without an id the session is nobody's: check `session?.user?.id`, never the session alone. */
    user?: DefaultSession['user'] & { id?: string }
  }
}

let options: NextAuthOptions | undefined

/**
 * next-auth's settings. The token in the cookie says only who signed in; whether they still may, and with what role, is
 * asked of the database with each request, so a disabled account loses access at once.
 */
export function authOptions(): NextAuthOptions {
  options ??= createOptions()
  return options
}

function createOptions(): NextAuthOptions {
  const oidc = oidcProvider()
  const { log } = portal()
  return {
    secret: deriveKey(env().FRESHET_SECRET, 'session').toString('base64url'),
    session: { strategy: 'jwt', maxAge: SESSION_S },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [passwordProvider(), ...(oidc ? [oidc] : [])],
    callbacks: {
      signIn: async ({ user, account, profile }) => {
        if (account?.provider !== 'oidc') return true
        const ours = await findOidcUser(profile)
        if (!ours) return false
        // The same object goes into `jwt` below: from here on it is our account and not the provider's subject.
        user.id = ours
        return true
      },
      jwt: ({ token, user }) => (user ? { sub: user.id } : token),
      session: ({ session, token }) => ({ expires: session.expires, user: { id: token.sub } }),
    },
    logger: {
      error: (code, details) =>
        log.error({ code, err: 'error' in details ? details.error : details }, 'sign-in failed'),
      warn: (code) => log.warn({ code }, 'sign-in warning'),
      debug: () => {},
    },
  }
}

/** The id of the account of who signed in by OIDC; null when they are refused. Rejects when they cannot be checked. */
async function findOidcUser(claims: unknown): Promise<string | null> {
  const { services, log } = portal()
  try {
    const forwardedFor = (await headers()).get('x-forwarded-for')
    const from = clientAddress(forwardedFor, env().FRESHET_TRUSTED_PROXIES)
    const user = await services.upsertOidcUser({ ...toOidcIdentity(claims, env().OIDC_GROUPS_CLAIM), from })
    return user.id
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    log.warn({ err: error }, 'a sign-in by OIDC was refused')
    return null
  }
}

/** Answers /api/auth/*. */
export const authHandler: (request: Request, context: unknown) => Promise<Response> = (request, context) =>
  NextAuth(authOptions())(request, context)
