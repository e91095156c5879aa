import { randomUUID } from 'node:crypto'
import { type AuditDraft, type AuditEntry, type AuditFacts, EVERY_NAMESPACE } from '../audit/audit-entry.ts'
import { GENESIS_HASH, hashEntry } from '../audit/chain.ts'
import { storableJson, storableName, storableText } from '../audit/storable.ts'
import type { DbOrTx } from '../client.ts'

/** Any number that nobody else in this database locks; Prisma's migrations take 72707369. */
const AUDIT_LOCK = 728_931_001

/**
 * Makes writers of the audit wait for each other until this transaction ends. A statement of its own: one that also read
 * the head would read it as it was before the wait.
 */
export async function lockChain(tx: DbOrTx): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM (SELECT pg_advisory_xact_lock(${AUDIT_LOCK}::bigint)) AS taken`
}

/** Appends entries that are not there yet, holding the lock. Returns how many those were. */
export async function insertDrafts(tx: DbOrTx, drafts: readonly AuditDraft[]): Promise<number> {
  const fresh = await withoutKnown(tx, drafts)
  if (fresh.length === 0) return 0
  let { position, hash, nowMs } = await readHead(tx)
  const entries = fresh.map((draft): AuditEntry => {
    position += 1
    const facts = factsOf(draft, position, nowMs)
    const prevHash = hash
    hash = hashEntry(prevHash, facts)
    return { ...facts, prevHash, hash }
  })
  await insert(tx, entries)
  return entries.length
}

const identityOf = ({ id, digest }: { id: string; digest: string }) => `${id}\n${digest}`

/** Under the lock nobody else adds any, so what is not known now is new. */
async function withoutKnown(tx: DbOrTx, drafts: readonly AuditDraft[]): Promise<AuditDraft[]> {
  const named = drafts.map((draft) => ({ ...draft, cause: causeOf(draft) }))
  const byIdentity = new Map<string, AuditDraft>()
  for (const draft of named)
    if (!byIdentity.has(identityOf(draft.cause))) byIdentity.set(identityOf(draft.cause), draft)
  const causes = JSON.stringify(named.map(({ cause }) => cause))
  const known = await tx.$queryRaw<{ id: string; digest: string }[]>`
    SELECT cause_id AS id, cause_digest AS digest FROM audit_entries
    JOIN jsonb_to_recordset(${causes}::jsonb) AS given (id text, digest text)
      ON cause_id = given.id AND cause_digest = given.digest`
  for (const cause of known) byIdentity.delete(identityOf(cause))
  return [...byIdentity.values()]
}

function causeOf({ cause }: AuditDraft): { id: string; digest: string } {
  return cause ? { id: storableName(cause.id), digest: cause.digest } : { id: randomUUID(), digest: '' }
}

async function readHead(tx: DbOrTx): Promise<{ position: number; hash: string; nowMs: number }> {
  const rows = await tx.$queryRaw<{ position: bigint | null; hash: string | null; now_ms: number }[]>`
    SELECT head.position, head.hash, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms
    FROM (SELECT 1) AS always
    LEFT JOIN LATERAL (SELECT position, hash FROM audit_entries ORDER BY position DESC LIMIT 1) AS head ON true`
  const [head] = rows
  if (!head) throw new Error('PostgreSQL answered with no row where one always is')
  return { position: Number(head.position ?? 0), hash: head.hash ?? GENESIS_HASH, nowMs: head.now_ms }
}

function factsOf(draft: AuditDraft, position: number, nowMs: number): AuditFacts {
  const { id, digest } = causeOf(draft)
  return {
    position,
    at: new Date(Math.floor(draft.atMs ?? nowMs)).toISOString(),
    kind: draft.kind,
    action: draft.action,
    actor: storableName(draft.actor),
    actorName: storableText(draft.actorName),
    target: storableJson(draft.target),
    namespaces: draft.namespaces.length > 0 ? draft.namespaces.map(storableName) : [EVERY_NAMESPACE],
    reason: textOrNull(draft.reason),
    requestId: draft.requestId === undefined ? null : storableName(draft.requestId),
    fromAddress: textOrNull(draft.from),
    via: textOrNull(draft.via),
    before: draft.before === undefined ? null : storableJson(draft.before),
    after: draft.after === undefined ? null : storableJson(draft.after),
    generation: draft.log?.generation ?? null,
    epoch: draft.log?.epoch ?? null,
    index: draft.log?.index ?? null,
    causeId: id,
    causeDigest: digest,
  }
}

const textOrNull = (text: string | undefined) => (text === undefined ? null : storableText(text))

/**
 * One statement for all of them: a thousand rows in one round trip. A position that is taken fails it (the primary key),
 * so that even a writer which forgot the lock could not fork the chain.
 */
async function insert(tx: DbOrTx, entries: readonly AuditEntry[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO audit_entries (position, at, kind, action, actor, actor_name, target, namespaces, reason, request_id,
      from_address, via, before, after, generation, epoch, index, cause_id, cause_digest, prev_hash, hash)
    SELECT position, at, kind, action, actor, "actorName", target, namespaces, reason, "requestId",
      "fromAddress", via, before, after, generation, epoch, index, "causeId", "causeDigest", "prevHash", hash
    FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS entry (position bigint, at timestamptz, kind text,
      action text, actor text, "actorName" text, target jsonb, namespaces text[], reason text, "requestId" text,
      "fromAddress" text, via text, before jsonb, after jsonb, generation text, epoch bigint, index int,
      "causeId" text, "causeDigest" text, "prevHash" text, hash text)
    ORDER BY position`
}
