import { NamespaceGrant, ROLES, Role } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import type { Db } from '@freshet/db/client'
import {
  createUser,
  findUserByEmail,
  findUserByOidc,
  markSignedIn,
  type User,
  updateUser,
} from '@freshet/db/queries/users'
import { z } from 'zod'
import { type PortalUser, toPortalUser } from '../portal-user.ts'

/** OIDC_ROLE_MAP: what membership of a group means, e.g. `{"sre": "admin", "shop": {"role": "operator", "namespaces": ["shop"]}}`. */
export const OidcRoleMap = z.record(
  z.string(),
  z.union([
    Role.transform((role) => ({ role, namespaces: '*' as NamespaceGrant })),
    z.object({ role: Role, namespaces: NamespaceGrant }),
  ]),
)
export type OidcRoleMap = z.infer<typeof OidcRoleMap>
type Rights = OidcRoleMap[string]

/** What the identity provider says of a person, already verified by the OIDC client. */
export interface OidcIdentity {
  issuer: string
  subject: string
  email: string
  emailVerified: boolean
  name: string
  groups: readonly string[]
  /** The network address that the person signs in from. */
  from?: string
}

/** The account of who signed in by OIDC; made at the first sign-in. Rejects with `unauthenticated` when refused. */
export type UpsertOidcUser = (identity: OidcIdentity) => Promise<PortalUser>

const DEFAULT_RIGHTS: Rights = { role: 'viewer', namespaces: '*' }

/** The rights of the highest role that a group gives; namespaces of groups with that role are joined. */
export function rightsOfGroups(groups: readonly string[], map: OidcRoleMap): Rights {
  const given = groups.flatMap((group) => (Object.hasOwn(map, group) ? [map[group] ?? DEFAULT_RIGHTS] : []))
  const rank = Math.max(...given.map(({ role }) => ROLES.indexOf(role)))
  const role = ROLES[rank]
  if (role === undefined) return DEFAULT_RIGHTS
  const grants = given.filter((rights) => rights.role === role).map(({ namespaces }) => namespaces)
  const named = grants.filter((grant) => grant !== '*')
  return { role, namespaces: named.length < grants.length ? '*' : [...new Set(named.flat())] }
}

/** @param roleMap null: the provider says nothing of roles; new people are viewers and an admin promotes them. */
export function createUpsertOidcUser(db: Db, roleMap: OidcRoleMap | null): UpsertOidcUser {
  return async (identity) => {
    const { issuer, subject, email, name } = identity
    const known = (await findUserByOidc(db, issuer, subject)) ?? (await findLinkable(db, identity))
    if (known?.disabledAt) throw new AppError('unauthenticated', 'This account is disabled')
    const rights = roleMap ? rightsOfGroups(identity.groups, roleMap) : null
    const oidc = { issuer, subject }
    // What a group gives or takes, the identity provider decided; nobody here did.
    const author = { actor: 'job:oidc', name: issuer, from: identity.from }
    const user = known
      ? await updateUser(db, known.id, { name, oidc, ...rights }, author)
      : await createUser(db, { email, name, oidc, ...(rights ?? DEFAULT_RIGHTS) }, author)
    await markSignedIn(db, user.id, { via: 'oidc', from: identity.from })
    return toPortalUser(user)
  }
}

/**
 * An account that has this address already becomes this person's, but only when the provider vouches for the address and
 * nobody else of the provider's has it. Otherwise whoever may choose an address there could take over an account here.
 */
async function findLinkable(db: Db, { email, emailVerified }: OidcIdentity): Promise<User | null> {
  const user = await findUserByEmail(db, email)
  if (user && (!emailVerified || user.oidc !== null))
    throw new AppError('unauthenticated', 'Another account has this email address')
  return user
}
