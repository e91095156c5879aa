import { DEFAULT_NAMESPACE } from '@freshet/core/keys/cache-key'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { type AuditDraft, EVERY_NAMESPACE } from '../audit/audit-entry.ts'
import { type Author, nameOf } from '../audit/author.ts'
import { describeChange } from '../audit/describe-change.ts'
import { redactPolicy } from '../audit/redact.ts'
import type { DbOrTx } from '../client.ts'
import type { NamespacePolicyRow } from '../generated/prisma/client.ts'
import { appendAudit } from './audit.ts'

export interface StoredPolicy {
  policy: NamespacePolicy
  version: number
  updatedAt: Date
  updatedBy: string
}

/** Rows are parsed again on the way out: what an older release wrote gets today's defaults, what is broken is found here. */
function toStoredPolicy({ name, policy, version, updatedAt, updatedBy }: NamespacePolicyRow): StoredPolicy {
  const parsed = NamespacePolicy.safeParse(policy)
  if (!parsed.success) throw new Error(`the stored policy of namespace "${name}" is not valid: ${parsed.error.message}`)
  return { policy: parsed.data, version, updatedAt, updatedBy }
}

/** All of them, by name. */
export async function listPolicies(db: DbOrTx): Promise<StoredPolicy[]> {
  const rows = await db.namespacePolicyRow.findMany({ orderBy: { name: 'asc' } })
  return rows.map(toStoredPolicy)
}

export async function findPolicy(db: DbOrTx, name: string): Promise<StoredPolicy | null> {
  const row = await db.namespacePolicyRow.findUnique({ where: { name } })
  return row && toStoredPolicy(row)
}

/** Writes a policy, inside `changeControl`, and the audit's entry with it. Secret header values must be sealed by now. */
export async function savePolicy(
  tx: DbOrTx,
  policy: NamespacePolicy,
  version: number,
  author: Author,
): Promise<StoredPolicy> {
  const before = await findPolicy(tx, policy.name)
  const data = { policy: NamespacePolicy.parse(policy), version, updatedBy: nameOf(author) }
  const row = await tx.namespacePolicyRow.upsert({
    where: { name: policy.name },
    create: { name: policy.name, ...data },
    update: data,
  })
  const saved = toStoredPolicy(row)
  await appendAudit(tx, describePolicyChange(policy.name, before, saved, author))
  return saved
}

/** Removes a policy, inside `changeControl`, and says so in the audit. The namespace then follows the default one. */
export async function deletePolicy(tx: DbOrTx, name: string, author: Author): Promise<void> {
  const before = await findPolicy(tx, name)
  await tx.namespacePolicyRow.deleteMany({ where: { name } })
  await appendAudit(tx, describePolicyChange(name, before, null, author))
}

function describePolicyChange(
  name: string,
  before: StoredPolicy | null,
  after: StoredPolicy | null,
  author: Author,
): AuditDraft[] {
  return describeChange({
    kind: 'policy',
    author,
    target: { name },
    // The one named default governs every namespace that nobody declared.
    namespaces: [name === DEFAULT_NAMESPACE ? EVERY_NAMESPACE : name],
    before: before && { version: before.version, ...redactPolicy(before.policy) },
    after: after && { version: after.version, ...redactPolicy(after.policy, before?.policy) },
  })
}
