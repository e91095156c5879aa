import { NamespaceGrant, type Role } from '@freshet/core/access/permissions'
import { z } from 'zod'
import { type AuditDraft, EVERY_NAMESPACE } from '../audit/audit-entry.ts'
import type { Author } from '../audit/author.ts'
import { describeChange } from '../audit/describe-change.ts'
import { redactUser } from '../audit/redact.ts'
import type { Db } from '../client.ts'
import type { User as UserRow } from '../generated/prisma/client.ts'
import { appendAudit } from './audit.ts'
import { lockChain } from './audit-rows.ts'

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
export function createUser(db: Db, facts: UserFacts, author: Author): Promise<User> {
  const { email, name, role, namespaces } = facts
  return db.$transaction(async (tx) => {
    const data = { ...toColumns(facts), email: normalizeEmail(email), name, role, namespaces }
    const user = toUser(await tx.user.create({ data }))
    await appendAudit(tx, describeUserChange(null, user, author))
    return user
  })
}

export function updateUser(db: Db, id: string, facts: Partial<UserFacts>, author: Author): Promise<User> {
  return db.$transaction(async (tx) => {
    const before = toUser(await tx.user.findUniqueOrThrow({ where: { id } }))
    const user = toUser(await tx.user.update({ where: { id }, data: toColumns(facts) }))
    await appendAudit(tx, describeUserChange(before, user, author))
    return user
  })
}

/** Makes the account, or brings an existing one of that address to these facts: for seeds and for the first admin. */
export function upsertUser(db: Db, facts: UserFacts, author: Author = 'seed'): Promise<User> {
  const { name, role, namespaces } = facts
  const email = normalizeEmail(facts.email)
  return db.$transaction(async (tx) => {
    // First, so that of two at once the second finds what the first one made, and tells of a change of it.
    await lockChain(tx)
    const known = await tx.user.findUnique({ where: { email } })
    const columns = { ...toColumns(facts), email, name, role, namespaces }
    const user = toUser(await tx.user.upsert({ where: { email }, create: columns, update: columns }))
    await appendAudit(tx, describeUserChange(known && toUser(known), user, author))
    return user
  })
}

/** Notes a sign-in, in the account and in the audit. */
export function markSignedIn(db: Db, id: string, { via, from }: { via: string; from?: string }): Promise<void> {
  return db.$transaction(async (tx) => {
    const { email } = await tx.user.update({ where: { id }, data: { signedInAt: new Date() } })
    const who = { actor: `user:${id}`, actorName: email, from }
    const what = { action: 'sign_in', target: { id, email }, namespaces: [EVERY_NAMESPACE], via }
    await appendAudit(tx, [{ kind: 'sign_in', ...who, ...what }])
  })
}

function describeUserChange(before: User | null, after: User, author: Author): AuditDraft[] {
  return describeChange({
    kind: 'user',
    author,
    target: { id: after.id, email: after.email },
    namespaces: [EVERY_NAMESPACE],
    before: before && redactUser(before),
    after: redactUser(after, before),
  })
}
