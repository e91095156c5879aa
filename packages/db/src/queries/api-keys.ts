import { ApiKeyRecord } from '@freshet/core/access/api-key'
import { type AuditDraft, EVERY_NAMESPACE } from '../audit/audit-entry.ts'
import { type Author, nameOf } from '../audit/author.ts'
import { describeChange } from '../audit/describe-change.ts'
import { redactApiKey } from '../audit/redact.ts'
import type { DbOrTx } from '../client.ts'
import type { ApiKey } from '../generated/prisma/client.ts'
import { appendAudit } from './audit.ts'

export interface StoredApiKey {
  record: ApiKeyRecord
  createdBy: string
  createdAt: Date
  lastUsedAt: Date | null
  rotatedFrom: string | null
}

function toStoredApiKey(row: ApiKey): StoredApiKey {
  const { createdBy, createdAt, lastUsedAt, rotatedFrom } = row
  const record = ApiKeyRecord.parse({
    ...row,
    expiresAt: row.expiresAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
  })
  return { record, createdBy, createdAt, lastUsedAt, rotatedFrom }
}

/** All of them, newest first. */
export async function listApiKeys(db: DbOrTx): Promise<StoredApiKey[]> {
  const rows = await db.apiKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] })
  return rows.map(toStoredApiKey)
}

export async function findApiKey(db: DbOrTx, id: string): Promise<StoredApiKey | null> {
  const row = await db.apiKey.findUnique({ where: { id } })
  return row && toStoredApiKey(row)
}

/** Adds a key, inside `changeControl`, and the audit's entry with it. */
export async function insertApiKey(
  tx: DbOrTx,
  record: ApiKeyRecord,
  { createdBy, rotatedFrom = null }: { createdBy: Author; rotatedFrom?: string | null },
): Promise<StoredApiKey> {
  const { expiresAt, revokedAt, ...rest } = ApiKeyRecord.parse(record)
  const ends = { expiresAt: toDate(expiresAt), revokedAt: toDate(revokedAt) }
  const row = await tx.apiKey.create({ data: { ...rest, ...ends, createdBy: nameOf(createdBy), rotatedFrom } })
  const stored = toStoredApiKey(row)
  await appendAudit(tx, describeKeyChange(null, stored, 'create', createdBy))
  return stored
}

/** Changes when a key ends, inside `changeControl`, and says so in the audit. Times are epoch milliseconds. */
export async function endApiKey(
  tx: DbOrTx,
  id: string,
  end: { expiresAt: number } | { revokedAt: number },
  author: Author,
): Promise<StoredApiKey> {
  const before = await findApiKey(tx, id)
  const isRevocation = 'revokedAt' in end
  const data = isRevocation ? { revokedAt: toDate(end.revokedAt) } : { expiresAt: toDate(end.expiresAt) }
  const stored = toStoredApiKey(await tx.apiKey.update({ where: { id }, data }))
  await appendAudit(tx, describeKeyChange(before, stored, isRevocation ? 'revoke' : 'expire', author))
  return stored
}

function describeKeyChange(
  before: StoredApiKey | null,
  after: StoredApiKey,
  action: string,
  author: Author,
): AuditDraft[] {
  const { record, rotatedFrom } = after
  return describeChange({
    kind: 'api_key',
    action,
    author,
    target: { id: record.id, name: record.name, ...(rotatedFrom === null ? {} : { rotatedFrom }) },
    // Keys are the business of who reaches every namespace, however few a key reaches itself.
    namespaces: [EVERY_NAMESPACE],
    before: before && redactApiKey(before.record),
    after: redactApiKey(record),
  })
}

/** Notes that a key was used. Not part of what nodes are told, so the revision stays. */
export async function touchApiKey(db: DbOrTx, id: string, at: Date): Promise<void> {
  await db.apiKey.updateMany({ where: { id }, data: { lastUsedAt: at } })
}

const toDate = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs))
