import type { Db } from '@freshet/db/client'
import { findUserByEmail, findUserById } from '@freshet/db/queries/users'
import { type PortalUser, toPortalUser } from '../portal-user.ts'

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
