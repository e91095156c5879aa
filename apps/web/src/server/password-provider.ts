import { AppError } from '@freshet/core/errors/app-error'
import Credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import { env } from '~/env'
import { clientAddress } from './client-address'
import { portal } from './portal'

const PasswordForm = z.object({ email: z.string().max(320), password: z.string().max(1_024) })

/** Sign-in with an address and a password of our own accounts. */
export function passwordProvider() {
  return Credentials({
    credentials: { email: {}, password: {} },
    authorize: async (sent, request) => {
      const form = PasswordForm.safeParse(sent)
      if (!form.success) return null
      const forwardedFor: unknown = request.headers?.['x-forwarded-for']
      const ip = clientAddress(typeof forwardedFor === 'string' ? forwardedFor : null, env().FRESHET_TRUSTED_PROXIES)
      try {
        return await portal().services.verifyPassword({ ...form.data, ip })
      } catch (error) {
        throw new Error(refusalCode(error), { cause: error })
      }
    },
  })
}

/** next-auth hands the text of an error, and nothing else, to the form; see features/sign-in/describe-refusal.ts. */
function refusalCode(error: unknown): string {
  if (error instanceof AppError && error.code === 'rate_limited')
    return `rate_limited:${Math.ceil(error.facts.retryAfterMs ?? 0)}`
  portal().log.error({ err: error }, 'a sign-in was not checked')
  return 'unavailable'
}
