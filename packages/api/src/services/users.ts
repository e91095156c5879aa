import { type Principal, principalOf, scopesOfRole } from '@freshet/core/access/permissions'
import type { Db } from '@freshet/db/client'
import { findUserByEmail, findUserById, type User } from '@freshet/db/queries/users'
import type { PortalUser } from '../context.ts'

export interface UserService {
  findUserByEmail(email: string): Promise<PortalUser | null>
  /**
   * The person as the database has them now, or null when they are gone or disabled. A session's token says only who
   * signed in once; what they may do is asked anew with each request.
   */
  findActive(id: string): Promise<PortalUser | null>
}

export function createUserService(db: Db): UserService {
  return {
    async findUserByEmail(email) {
      const user = await findUserByEmail(db, email)
      return user && toPortalUser(user)
    },
    async findActive(id) {
      const user = await findUserById(db, id)
      return user && user.disabledAt === null ? toPortalUser(user) : null
    },
  }
}

export function toPortalUser({ id, email, name, role, namespaces }: User): PortalUser {
  return { id, email, name, role, namespaces }
}

/** What a person may do: their role's scopes on the namespaces granted to them. */
export function principalOfUser({ id, email, role, namespaces }: PortalUser): Principal {
  return principalOf({ kind: 'user', id, name: email }, scopesOfRole[role], namespaces)
}
