import { sealSecret } from '@freshet/core/access/secrets'
import { AppError } from '@freshet/core/errors/app-error'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import { SECRET_MASK } from '../schemas/namespaces.ts'

/** The policy as people and programs may see it. */
export function maskSecrets(policy: NamespacePolicy): NamespacePolicy {
  if (!policy.origin) return policy
  const headers = policy.origin.headers.map((header) => (header.secret ? { ...header, value: SECRET_MASK } : header))
  return { ...policy, origin: { ...policy.origin, headers } }
}

/**
 * The origin as it is stored: secret values sealed; a mask stands for the value that is stored already.
 *
 * A stored secret goes only where it went before. Whoever edits a policy need not know its secrets, and could read them
 * at an address of their own choosing if a mask were good for another server; or by declaring the header public.
 */
export function sealSecrets(origin: OriginConfig, stored: OriginConfig | null, key: Buffer): OriginConfig {
  const headers = origin.headers.map((header, i) => {
    if (header.value !== SECRET_MASK)
      return header.secret ? { ...header, value: sealSecret(header.value, key) } : header
    const field = `policy.origin.headers.${i}.value`
    const kept = stored?.headers.find(({ name, secret }) => secret && name.toLowerCase() === header.name.toLowerCase())
    if (!kept)
      throw new AppError('invalid', `${field}: there is no stored value that the mask could stand for`, { field })
    if (!header.secret) throw new AppError('invalid', `${field}: send the value itself to make it public`, { field })
    if (stored && !sameServers(origin, stored))
      throw new AppError('invalid', `${field}: the origin’s address changes, so send the secret again`, { field })
    return { ...header, value: kept.value }
  })
  return { ...origin, headers }
}

function sameServers(a: OriginConfig, b: OriginConfig): boolean {
  const known = serversOf(b)
  return [...serversOf(a)].every((server) => known.has(server))
}

/** Scheme, host and port of all addresses that an origin's headers are sent to. */
function serversOf({ url, batch }: OriginConfig): Set<string> {
  return new Set([url, ...(batch ? [batch.url] : [])].map((template) => new URL(template).origin))
}
