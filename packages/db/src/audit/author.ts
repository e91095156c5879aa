import type { AuditDraft } from './audit-entry.ts'

/** Who changes something over the API. */
export interface Caller {
  /** `user:<id>`, `key:<id>` or `token:<subject>`. */
  actor: string
  /** What readers call them. */
  name: string
  requestId?: string | undefined
  /** Address that the request came from. */
  from?: string | undefined
  /** What they said. */
  reason?: string | undefined
}

/** Who changes something: a caller, or a program of the installation by its name. */
export type Author = Caller | string

/** The name that a changed row keeps. */
export function nameOf(author: Author): string {
  return typeof author === 'string' ? author : author.name
}

type Signature = Pick<AuditDraft, 'actor' | 'actorName' | 'requestId' | 'from' | 'reason'>

/** What an entry says of its author. */
export function signatureOf(author: Author): Signature {
  if (typeof author === 'string') return { actor: `job:${author}`, actorName: author }
  const { actor, name: actorName, requestId, from, reason } = author
  return { actor, actorName, requestId, from, reason }
}
