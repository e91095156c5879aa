import { isDeepStrictEqual } from 'node:util'
import type { Db } from '@freshet/db/client'
import { changeControl } from '@freshet/db/queries/control-revision'
import { listPolicies, savePolicy } from '@freshet/db/queries/namespace-policies'
import { DEMO_ACTOR } from './actor.ts'
import { demoPolicies, moveOrigin } from './policies.ts'

/** Writes the demo's policies; what a person has edited since stays, but for the address of the shop. */
export async function seedPolicies(db: Db, originUrl: string): Promise<void> {
  const stored = new Map((await listPolicies(db)).map((row) => [row.policy.name, row]))
  const wanted = demoPolicies(originUrl).flatMap((ours) => {
    const row = stored.get(ours.name)
    if (!row) return [{ policy: ours, version: 1, by: DEMO_ACTOR }]
    const policy = row.updatedBy === DEMO_ACTOR ? ours : moveOrigin(row.policy, ours)
    return isDeepStrictEqual(policy, row.policy) ? [] : [{ policy, version: row.version + 1, by: row.updatedBy }]
  })
  // A new revision makes every node read everything again, so a warm start makes none.
  if (wanted.length === 0) return
  await changeControl(db, async (tx) => {
    for (const { policy, version, by } of wanted)
      await savePolicy(tx, policy, version, { actor: `job:${DEMO_ACTOR}`, name: by })
  })
}
