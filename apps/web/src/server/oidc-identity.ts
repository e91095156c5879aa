import type { OidcIdentity } from '@freshet/api/services/oidc'
import { z } from 'zod'

const Claims = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1),
  email: z.email(),
  // Some providers write booleans as text.
  email_verified: z
    .union([z.boolean(), z.literal('true').transform(() => true), z.literal('false').transform(() => false)])
    .default(false),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
})

const Groups = z.union([z.array(z.string()), z.string().transform((group) => [group])]).catch([])

/** What a provider's claims say of a person. Rejects claims without a subject or an address. */
export function toOidcIdentity(claims: unknown, groupsClaim: string): OidcIdentity {
  const parsed = Claims.parse(claims)
  return {
    issuer: parsed.iss,
    subject: parsed.sub,
    email: parsed.email,
    emailVerified: parsed.email_verified,
    name: parsed.name ?? parsed.preferred_username ?? parsed.email,
    groups: Groups.parse(parsed[groupsClaim]),
  }
}
