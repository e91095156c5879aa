/**
 * What an entry is about. `gap` says that the log was trimmed past the archive: invalidations that happened and of which
 * nothing more is known. `warming` has no writer yet; readers know it already.
 */
export const AUDIT_KINDS = [
  'invalidation',
  'policy',
  'api_key',
  'user',
  'event_rule',
  'sign_in',
  'warming',
  'gap',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

/** In `namespaces`: all of them. */
export const EVERY_NAMESPACE = '*'

/** An entry before it has a place in the chain. Values of secrets must be out of it by now. */
export interface AuditDraft {
  kind: AuditKind
  /** A verb: invalidate, create, update, delete, revoke ... */
  action: string
  /** `user:<id>`, `key:<id>`, `token:<subject>` or `job:<name>`. */
  actor: string
  actorName: string
  /** What it was done to; its form depends on the kind. */
  target: object
  /** Those that it concerns, at least one: people with a grant see it when all of these are theirs. */
  namespaces: readonly string[]
  reason?: string | undefined
  requestId?: string | undefined
  /** Address that the request came from. */
  from?: string | undefined
  /** What asked for it besides a person. */
  via?: string | undefined
  before?: object | undefined
  after?: object | undefined
  /** Epoch milliseconds; left out: PostgreSQL's clock, when it is written. */
  atMs?: number | undefined
  /** Where the log has it. */
  log?: { generation: string; epoch: number; index: number }
  /** What makes it the same entry when it comes again; left out: it is new. */
  cause?: { id: string; digest: string }
}

/** An entry as its hash covers it: every column but the two hashes. Absent is null. */
export interface AuditFacts {
  position: number
  /** ISO 8601, UTC, milliseconds. */
  at: string
  kind: string
  action: string
  actor: string
  actorName: string
  target: unknown
  namespaces: string[]
  reason: string | null
  requestId: string | null
  fromAddress: string | null
  via: string | null
  before: unknown
  after: unknown
  generation: string | null
  epoch: number | null
  index: number | null
  causeId: string
  causeDigest: string
}

/** An entry in its place. */
export interface AuditEntry extends AuditFacts {
  /** Of the entry before it. */
  prevHash: string
  hash: string
}
