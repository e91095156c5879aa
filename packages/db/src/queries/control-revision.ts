import type { Db, DbOrTx } from '../client.ts'

/**
 * Runs a change of what nodes are told, as one transaction. The revision is bumped first: the row's lock makes changes
 * wait for each other, so revisions are committed in their order and a change sees everything that came before it.
 */
export function changeControl<T>(db: Db, change: (tx: DbOrTx) => Promise<T>): Promise<T> {
  return db.$transaction(async (tx) => {
    await tx.controlRevision.update({ where: { id: 1 }, data: { revision: { increment: 1 } } })
    return change(tx)
  })
}

/**
 * Moves the revision past `foreign`, a revision that this database never gave out: Redis holds it since before a backup
 * was restored, or from another database. Nodes follow growing revisions only, so ours must outgrow it.
 */
export async function outgrowRevision(db: Db, foreign: number): Promise<void> {
  await db.$executeRaw`UPDATE control_revision SET revision = greatest(revision, ${foreign}::int) + 1 WHERE id = 1`
}
