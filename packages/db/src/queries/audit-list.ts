import type { AuditEntry, AuditKind } from '../audit/audit-entry.ts'
import { readRow } from '../audit/read-row.ts'
import type { DbOrTx } from '../client.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Entries that one call looks at for what no index can find: it takes about a tenth of a second. */
const MOST_CANDIDATES = 50_000

export interface AuditFilter {
  kind?: AuditKind | undefined
  /** Kinds to leave out. */
  without?: readonly AuditKind[] | undefined
  action?: string | undefined
  /** `user:<id>`, `key:<id>`, `token:<subject>` or `job:<name>`. */
  actor?: string | undefined
  /** Entries that concern this namespace; those that concern all of them too. */
  namespace?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  requestId?: string | undefined
  /** Part of a name, an action, an address, a reason or a target, in any case. */
  text?: string | undefined
  /** Entries that concern nothing but these. */
  within?: readonly string[] | undefined
}

/** An entry's place in the list, which is in the order of time: what is archived late takes its place all the same. */
export interface AuditCursor {
  atMs: number
  position: number
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[]
  /** For the next page; null: there is none. A page may be short, even empty, before the last. */
  cursor: AuditCursor | null
}

export interface PageOptions {
  after: AuditCursor | null
  limit: number
  mostCandidates?: number
}

/** Entries behind a cursor, newest first. Does a bounded amount of work, whatever is asked for. */
export async function listAudit(
  db: DbOrTx,
  filter: AuditFilter,
  { after, limit, mostCandidates = MOST_CANDIDATES }: PageOptions,
): Promise<AuditPage> {
  const range = rangeOf(filter, after)
  const conditions = conditionsOf(filter)
  const last = conditions.length === 0 ? null : await findLastCandidate(db, range, mostCandidates)
  if (last) conditions.push(Prisma.sql`(at, position) >= (${new Date(last.atMs)}, ${last.position})`)
  const rows = await db.$queryRaw<{ position: bigint }[]>`
    SELECT position FROM audit_entries WHERE ${Prisma.join([...range, ...conditions], ' AND ')}
    ORDER BY at DESC, position DESC LIMIT ${limit + 1}`
  const found = await db.auditEntry.findMany({
    where: { position: { in: rows.slice(0, limit).map(({ position }) => position) } },
    orderBy: [{ at: 'desc' }, { position: 'desc' }],
  })
  const end = found.at(-1)
  const cursor = rows.length > limit && end ? { atMs: end.at.getTime(), position: Number(end.position) } : last
  return { entries: found.map(readRow), cursor }
}

/** What an index answers, in the list's order. */
function rangeOf({ kind, actor, requestId, since, until }: AuditFilter, after: AuditCursor | null): Prisma.Sql[] {
  const range = [Prisma.sql`true`]
  const add = (condition: Prisma.Sql) => range.push(condition)
  if (kind) add(Prisma.sql`kind = ${kind}`)
  if (actor !== undefined) add(Prisma.sql`actor = ${actor}`)
  if (requestId !== undefined) add(Prisma.sql`request_id = ${requestId}`)
  if (since) add(Prisma.sql`at >= ${since}`)
  if (until) add(Prisma.sql`at < ${until}`)
  if (after) add(Prisma.sql`(at, position) < (${new Date(after.atMs)}, ${after.position})`)
  return range
}

/** What must be looked at entry by entry. */
function conditionsOf({ without, action, namespace, text, within }: AuditFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (without) conditions.push(Prisma.sql`kind <> ALL(${[...without]}::text[])`)
  if (action !== undefined) conditions.push(Prisma.sql`action = ${action}`)
  if (namespace !== undefined) conditions.push(Prisma.sql`namespaces && ${[namespace, '*']}::text[]`)
  if (within) conditions.push(Prisma.sql`namespaces <@ ${[...within]}::text[]`)
  if (text !== undefined) conditions.push(containing(text))
  return conditions
}

/** By `strpos`, which knows no wildcards: what somebody types stands for itself. */
function containing(text: string): Prisma.Sql {
  return Prisma.sql`strpos(lower(concat_ws(' ', actor, actor_name, kind, action, reason, request_id, from_address, via,
    cause_id, target::text)), ${text.toLowerCase()}) > 0`
}

/** The last entry that this call may look at; null when the range holds fewer. */
async function findLastCandidate(db: DbOrTx, range: readonly Prisma.Sql[], most: number): Promise<AuditCursor | null> {
  const [row] = await db.$queryRaw<{ at: Date; position: bigint }[]>`
    SELECT at, position FROM audit_entries WHERE ${Prisma.join([...range], ' AND ')}
    ORDER BY at DESC, position DESC OFFSET ${most - 1} LIMIT 1`
  return row ? { atMs: row.at.getTime(), position: Number(row.position) } : null
}
