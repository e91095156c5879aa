import { NamespaceGrant, type Role } from '@freshet/core/access/permissions'
import { z } from 'zod'
import type { Db } from '../client.ts'
import type { User as UserRow } from '../generated/prisma/client.ts'

export interface User {
  id: string
  email: string
  name: string
  role: Role
  namespaces: NamespaceGrant
  passwordHash: string | null
  oidc: { issuer: string; subject: string } | null
  disabledAt: Date | null
}

const UserId = z.uuid()

function toUser(row: UserRow): User {
  const { id, email, name, role, passwordHash, disabledAt, oidcIssuer: issuer, oidcSubject: subject } = row
  const oidc = issuer !== null && subject !== null ? { issuer, subject } : null
  return { id, email, name, role, passwordHash, disabledAt, oidc, namespaces: NamespaceGrant.parse(row.namespaces) }
}

/** The form in which addresses are stored and compared. */
export const normalizeEmail = (email: string) => email.trim().toLowerCase()

export async function findUserById(db: Db, id: string): Promise<User | null> {
  // Ids come out of session tokens; one that PostgreSQL could not even read belongs to nobody.
  if (!UserId.safeParse(id).success) return null
  const row = await db.user.findUnique({ where: { id } })
  return row && toUser(row)
}

export async function findUserByEmail(db: Db, email: string): Promise<User | null> {
  const row = await db.user.findUnique({ where: { email: normalizeEmail(email) } })
  return row && toUser(row)
}

export async function findUserByOidc(db: Db, issuer: string, subject: string): Promise<User | null> {
  const row = await db.user.findUnique({
    where: { oidcIssuer_oidcSubject: { oidcIssuer: issuer, oidcSubject: subject } },
  })
  return row && toUser(row)
}

/** What may be said of a user when one is made or changed; what is left out stays (or is null on creation). */
export interface UserFacts {
  email: string
  name: string
  role: Role
  namespaces: NamespaceGrant
  passwordHash?: string | null
  oidc?: { issuer: string; subject: string }
  disabledAt?: Date | null
}

const toColumns = ({ oidc, email, ...rest }: Partial<UserFacts>) => ({
  ...rest,
  ...(email === undefined ? {} : { email: normalizeEmail(email) }),
  ...(oidc === undefined ? {} : { oidcIssuer: oidc.issuer, oidcSubject: oidc.subject }),
})

/** Rejects with an error that `isDuplicate` knows when the address or the OIDC subject is taken. */
export async function createUser(db: Db, facts: UserFacts): Promise<User> {
  const { email, name, role, namespaces } = facts
  return toUser(
    await db.user.create({ data: { ...toColumns(facts), email: normalizeEmail(email), name, role, namespaces } }),
  )
}

export async function updateUser(db: Db, id: string, facts: Partial<UserFacts>): Promise<User> {
  return toUser(await db.user.update({ where: { id }, data: toColumns(facts) }))
}

/** Makes the account, or brings an existing one of that address to these facts: for seeds and for the first admin. */
export async function upsertUser(db: Db, facts: UserFacts): Promise<User> {
  const { email, name, role, namespaces } = facts
  return toUser(
    await db.user.upsert({
      where: { email: normalizeEmail(email) },
      create: { ...toColumns(facts), email: normalizeEmail(email), name, role, namespaces },
      update: toColumns(facts),
    }),
  )
}

export async function markSignedIn(db: Db, id: string): Promise<void> {
  await db.user.update({ where: { id }, data: { signedInAt: new Date() } })
}
