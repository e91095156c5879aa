import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { DbOrTx } from '../client.ts'
import type { NamespacePolicyRow } from '../generated/prisma/client.ts'

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

/** Writes a policy, inside `changeControl`. Secret header values must be sealed by now. */
export async function savePolicy(
  tx: DbOrTx,
  policy: NamespacePolicy,
  version: number,
  updatedBy: string,
): Promise<StoredPolicy> {
  const data = { policy: NamespacePolicy.parse(policy), version, updatedBy }
  const row = await tx.namespacePolicyRow.upsert({
    where: { name: policy.name },
    create: { name: policy.name, ...data },
    update: data,
  })
  return toStoredPolicy(row)
}

/** Removes a policy, inside `changeControl`. The namespace then follows the default one. */
export async function deletePolicy(tx: DbOrTx, name: string): Promise<void> {
  await tx.namespacePolicyRow.deleteMany({ where: { name } })
}
