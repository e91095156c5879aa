import { isDeepStrictEqual } from 'node:util'
import type { AuditDraft, AuditKind } from './audit-entry.ts'
import { type Author, signatureOf } from './author.ts'

export interface Change {
  kind: AuditKind
  /** What happened, where that is no plain creation, update or deletion. */
  action?: string
  author: Author
  target: object
  namespaces: readonly string[]
  /** Without secrets; null: it was not there. */
  before: object | null
  /** Without secrets; null: it is gone. */
  after: object | null
  via?: string
}

/** The entries of a change: one, or none when nothing is different. */
export function describeChange({ action, author, before, after, ...rest }: Change): AuditDraft[] {
  if (isDeepStrictEqual(before, after)) return []
  const plain = before === null ? 'create' : after === null ? 'delete' : 'update'
  return [
    {
      ...rest,
      ...signatureOf(author),
      action: action ?? plain,
      before: before ?? undefined,
      after: after ?? undefined,
    },
  ]
}
