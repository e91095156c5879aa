import {
  type NamespaceGrant,
  type Principal,
  principalOf,
  type Role,
  scopesOfRole,
} from '@freshet/core/access/permissions'

/** A signed-in person, as the portal shows them. */
export interface PortalUser {
  id: string
  email: string
  name: string
  role: Role
  namespaces: NamespaceGrant
}

/** Leaves out what is nobody's business, above all the password's hash. */
export function toPortalUser({ id, email, name, role, namespaces }: PortalUser): PortalUser {
  return { id, email, name, role, namespaces }
}

/** What a person may do: their role's scopes on the namespaces granted to them. */
export function principalOfUser({ id, email, role, namespaces }: PortalUser): Principal {
  return principalOf({ kind: 'user', id, name: email }, scopesOfRole[role], namespaces)
}
