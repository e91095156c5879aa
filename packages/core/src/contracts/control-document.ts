import { z } from 'zod'
import { ApiKeyRecord } from '../access/api-key.ts'
import { EventRule } from '../invalidation/event-rule.ts'
import { NamespacePolicy } from '../policy/namespace-policy.ts'

/**
 * Everything a node needs to know from the control plane. PostgreSQL holds the truth; the portal writes this document
 * to Redis after each change and the worker repairs it when Redis lost it, so a node never talks to PostgreSQL.
 */
export const ControlDocument = z.object({
  /** Grows with every change in PostgreSQL. */
  revision: z.number().int().nonnegative(),
  namespaces: z.array(NamespacePolicy),
  apiKeys: z.array(ApiKeyRecord),
  eventRules: z.array(EventRule).default([]),
})
export type ControlDocument = z.infer<typeof ControlDocument>
