import { ControlDocument } from '@freshet/core/contracts/control-document'
import type { Db } from '../client.ts'
import { listApiKeys } from './api-keys.ts'
import { listEventRules } from './event-rules.ts'
import { listPolicies } from './namespace-policies.ts'

/** How long nodes are told of a key that has ended: long enough to answer "revoked" and not "never heard of it". */
const ENDED_KEY_MS = 30 * 86_400_000

/**
 * What nodes are told, as of one moment: a snapshot, so that no policy is newer than the revision beside it. The same
 * rows give the same bytes once serialised, because the reconciler compares them.
 */
export function readControlDocument(db: Db): Promise<ControlDocument> {
  return db.$transaction(
    async (tx) => {
      const { revision } = await tx.controlRevision.findUniqueOrThrow({ where: { id: 1 } })
      const policies = await listPolicies(tx)
      const keys = await listApiKeys(tx)
      const rules = await listEventRules(tx)
      const horizon = Date.now() - ENDED_KEY_MS
      return ControlDocument.parse({
        revision,
        namespaces: policies.map(({ policy }) => policy),
        apiKeys: keys
          .map(({ record }) => record)
          .filter((key) => Math.min(key.expiresAt ?? Infinity, key.revokedAt ?? Infinity) > horizon)
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
        eventRules: rules.map(({ rule }) => rule),
      })
    },
    { isolationLevel: 'RepeatableRead' },
  )
}
