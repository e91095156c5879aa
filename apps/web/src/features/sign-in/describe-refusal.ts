import { formatSpan } from '~/lib/figures'

/**
 * What the password form says when it was refused. The code is what `server/password-provider.ts` threw: next-auth hands nothing but
 * a text through.
 */
export function describeRefusal(code: string | null | undefined): string {
  if (code === undefined) return 'The portal could not be reached. Check the connection and try again.'
  const retryAfterMs = /^rate_limited:(\d+)$/.exec(code ?? '')?.[1]
  if (retryAfterMs) return `Too many attempts. Try again in ${formatSpan(Number(retryAfterMs))}.`
  if (code === 'unavailable') return 'Accounts cannot be checked right now. Try again in a moment.'
  return 'This address and password do not match an account.'
}
