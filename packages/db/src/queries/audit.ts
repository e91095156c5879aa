import type { ArchivedUpTo, ArchiveRecords } from '../audit/archive-page.ts'
import type { AuditDraft } from '../audit/audit-entry.ts'
import { planArchive } from '../audit/plan-archive.ts'
import type { DbOrTx } from '../client.ts'
import { insertDrafts, lockChain } from './audit-rows.ts'

/** How long a page may wait for its turn and take, milliseconds; single statements have a shorter limit (client.ts). */
const ARCHIVE_TIMEOUT_MS = 20_000

/**
 * Appends entries, in the transaction that made the change which they tell of: either both happened or neither. Near its
 * end, because from here on every other writer of the audit waits for it.
 */
export async function appendAudit(tx: DbOrTx, drafts: readonly AuditDraft[]): Promise<void> {
  if (drafts.length === 0) return
  await lockChain(tx)
  await insertDrafts(tx, drafts)
}

export const archivedUpTo: ArchivedUpTo = async (db, generation) => readPosition(db, generation)

export const archiveRecords: ArchiveRecords = (db, page) =>
  db.$transaction(
    async (tx) => {
      // Before the position is read: of two archivists with the same page the second must see what the first one did.
      await lockChain(tx)
      const plan = planArchive(page, await readPosition(tx, page.generation))
      const written = await insertDrafts(tx, plan.drafts)
      await moveTo(tx, page.generation, plan.archivedUpTo, plan.puts)
      return { archivedUpTo: plan.archivedUpTo, written, puts: plan.puts, lost: plan.lost }
    },
    { timeout: ARCHIVE_TIMEOUT_MS },
  )

async function readPosition(db: DbOrTx, generation: string): Promise<number> {
  const row = await db.auditGeneration.findUnique({ where: { generation } })
  return Number(row?.archivedUpTo ?? 0)
}

async function moveTo(tx: DbOrTx, generation: string, epoch: number, puts: number): Promise<void> {
  await tx.auditGeneration.upsert({
    where: { generation },
    create: { generation, archivedUpTo: epoch, putsCounted: puts },
    update: { archivedUpTo: epoch, putsCounted: { increment: puts } },
  })
}
