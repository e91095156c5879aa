import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'

const SECRET = '(secret)'
const ANOTHER_SECRET = '(another secret)'

/**
 * A policy for readers of the audit: neither values of secret headers nor what they are sealed as. That one was replaced
 * is told by comparing it with `before`, because no such thing can be seen in a mask.
 */
export function redactPolicy(policy: NamespacePolicy, before: NamespacePolicy | null = null): object {
  if (!policy.origin) return policy
  const headers = policy.origin.headers.map((header) => {
    if (!header.secret) return header
    const known = before?.origin?.headers.find(({ name, secret }) => secret && name === header.name)
    return { ...header, value: known && known.value !== header.value ? ANOTHER_SECRET : SECRET }
  })
  return { ...policy, origin: { ...policy.origin, headers } }
}

/** A key without its hash; times in ISO 8601. */
export function redactApiKey({ hash: _, expiresAt, revokedAt, ...rest }: ApiKeyRecord): object {
  return { ...rest, expiresAt: toIso(expiresAt), revokedAt: toIso(revokedAt) }
}

const toIso = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString())

/** What is known of a person; queries/users.ts has it whole. */
interface Person {
  email: string
  name: string
  role: string
  namespaces: unknown
  passwordHash: string | null
  oidc: object | null
  disabledAt: Date | null
}

/** A person without the hash of their password, but saying whether they have one and whether it is another now. */
export function redactUser(user: Person, before: Person | null = null): object {
  const { email, name, role, namespaces, oidc } = user
  const isAnother = before && before.passwordHash !== null && before.passwordHash !== user.passwordHash
  const password = user.passwordHash === null ? null : isAnother ? ANOTHER_SECRET : SECRET
  return { email, name, role, namespaces, oidc, password, disabledAt: user.disabledAt?.toISOString() ?? null }
}
