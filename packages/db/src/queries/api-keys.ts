import { ApiKeyRecord } from '@freshet/core/access/api-key'
import type { DbOrTx } from '../client.ts'
import type { ApiKey } from '../generated/prisma/client.ts'

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

/** Adds a key, inside `changeControl`. */
export async function insertApiKey(
  tx: DbOrTx,
  record: ApiKeyRecord,
  { createdBy, rotatedFrom = null }: { createdBy: string; rotatedFrom?: string | null },
): Promise<StoredApiKey> {
  const { expiresAt, revokedAt, ...rest } = ApiKeyRecord.parse(record)
  const row = await tx.apiKey.create({
    data: { ...rest, expiresAt: toDate(expiresAt), revokedAt: toDate(revokedAt), createdBy, rotatedFrom },
  })
  return toStoredApiKey(row)
}

/** Changes when a key ends, inside `changeControl`. Times are epoch milliseconds. */
export async function endApiKey(
  tx: DbOrTx,
  id: string,
  end: { expiresAt: number } | { revokedAt: number },
): Promise<StoredApiKey> {
  const data = 'expiresAt' in end ? { expiresAt: toDate(end.expiresAt) } : { revokedAt: toDate(end.revokedAt) }
  return toStoredApiKey(await tx.apiKey.update({ where: { id }, data }))
}

/** Notes that a key was used. Not part of what nodes are told, so the revision stays. */
export async function touchApiKey(db: DbOrTx, id: string, at: Date): Promise<void> {
  await db.apiKey.updateMany({ where: { id }, data: { lastUsedAt: at } })
}

const toDate = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs))
