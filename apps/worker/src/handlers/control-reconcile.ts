import type { Db } from '@freshet/db/client'
import { readControlDocument } from '@freshet/db/queries/control-document'
import { outgrowRevision } from '@freshet/db/queries/control-revision'
import { type ControlPublisher, digestOf, type HeldDocument } from '@freshet/redis/control-publisher'
import type { JobHandler } from './handler.ts'

/**
 * Makes Redis hold what PostgreSQL says. Needed when the portal died between its commit and its publication, when Redis
 * lost its data, and when PostgreSQL did: after a restored backup Redis may hold a revision that our history never had.
 */
export function createControlReconcile(db: Db, publisher: ControlPublisher): JobHandler<'control.reconcile'> {
  return async () => {
    // Redis first. Documents are published after their commit, so a database read that begins later sees at least the
    // revision held; one that sees less is proof of another history, and not of a publication in between.
    const held = await publisher.inspect()
    const document = await readControlDocument(db)
    const verdict = judge(held, { revision: document.revision, digest: digestOf(document) })
    if (verdict === 'equal') return
    if (verdict === 'foreign') {
      // Nodes follow growing revisions only, so ours must pass the stranger's before it is published.
      await outgrowRevision(db, held?.revision ?? 0)
      await publisher.publish(await readControlDocument(db))
    } else await publisher.publish(document)
  }
}

/**
 * `foreign`: Redis holds a newer revision, or another text under the same one (another history; or the same rows as an
 * older release writes them, which nodes should not keep either).
 */
export function judge(held: HeldDocument | null, truth: HeldDocument): 'equal' | 'behind' | 'foreign' {
  if (!held || held.revision < truth.revision) return 'behind'
  return held.revision === truth.revision && held.digest === truth.digest ? 'equal' : 'foreign'
}
