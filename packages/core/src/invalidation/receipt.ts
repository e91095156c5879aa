import { z } from 'zod'
import { InvalidationMode } from '../coherence/log-record.ts'

/** What one node has to do with an invalidation. */
export const NodeReceipt = z.object({
  nodeId: z.string(),
  incarnation: z.string(),
  /** Milliseconds from the append until the acknowledger saw that the node had applied it; null: it did not see that. */
  appliedAfterMs: z.number().nullable(),
  /** The lease that had to run out because the node did not answer, milliseconds; null: it did not have to. */
  leaseExpiredAfterMs: z.number().nullable(),
})
export type NodeReceipt = z.infer<typeof NodeReceipt>

/**
 * `planned`: it will be appended later. `appended`: it is in the log. `acknowledged`: no node serves as fresh what it
 * ended (`wait: all`). `local`: the node that was asked does not. `failed`: its fate is unknown, nothing is promised.
 */
export const ReceiptState = z.enum(['planned', 'appended', 'local', 'acknowledged', 'failed'])
export type ReceiptState = z.infer<typeof ReceiptState>

/** Who applied an invalidation, and when. Times are epoch milliseconds on Redis's clock; delays are the acknowledger's. */
export const Receipt = z.object({
  id: z.string(),
  state: ReceiptState,
  /** `gen.e`; null until it is appended. */
  epoch: z.string().nullable(),
  mode: InvalidationMode,
  acceptedAtMs: z.number(),
  /** How it was acknowledged: every member applied it, or a full lease had to pass. */
  acknowledgedBy: z.enum(['members', 'lease']).nullable(),
  acknowledgedAfterMs: z.number().nullable(),
  nodes: z.array(NodeReceipt),
  /** Nodes that had not applied it when it was acknowledged, or have not yet. */
  laggards: z.array(z.string()),
  /** Until when a laggard may still serve what was ended, from the append, milliseconds; 0 once acknowledged. */
  leaseRemainingMs: z.number(),
  /** Whether the audit holds it. A fact of its own: it follows within seconds, and PostgreSQL may be away. */
  archived: z.boolean(),
})
export type Receipt = z.infer<typeof Receipt>
