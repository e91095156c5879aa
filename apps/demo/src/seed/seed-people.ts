import { ROLES, type Role } from '@freshet/core/access/permissions'
import type { Db } from '@freshet/db/client'
import { hashPassword, passwordMatches } from '@freshet/db/passwords'
import { findUserByEmail, upsertUser } from '@freshet/db/queries/users'

const NAMES: Record<Role, string> = { viewer: 'Vera Viewer', operator: 'Omar Operator', admin: 'Ada Admin' }

export function demoEmail(role: Role): string {
  return `${role}@freshet.local`
}

/** One person of each role, all with this password. */
export async function seedPeople(db: Db, password: string): Promise<void> {
  await Promise.all(ROLES.map((role) => seedPerson(db, role, password)))
}

async function seedPerson(db: Db, role: Role, password: string): Promise<void> {
  const known = await findUserByEmail(db, demoEmail(role))
  if (known && (await passwordMatches(password, known.passwordHash))) return
  await upsertUser(db, {
    email: demoEmail(role),
    name: NAMES[role],
    role,
    namespaces: '*',
    passwordHash: await hashPassword(password),
  })
}
