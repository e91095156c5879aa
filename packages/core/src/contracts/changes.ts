import { z } from 'zod'
import { LogCommand } from '../coherence/log-record.ts'

/** Longest that `GET /api/changes` is held back, milliseconds. */
export const MAX_CHANGES_WAIT_MS = 1_000

const epoch = z.number().int().nonnegative()

/**
 * `GET /api/changes`: what the log said after a position, as far as the caller's credential reaches, for caches that follow
 * the log through a node. Epochs that are left out between `after` and `applied` concern nothing of the caller's.
 */
export const ChangesReply = z.object({
  /** 16 hex digits. */
  generation: z.string(),
  /** The epoch up to which this answer tells everything. */
  applied: epoch,
  /** The log's newest epoch that this node has applied; more than `applied` when there is more to be asked for. */
  tail: epoch,
  /** What came after the position that was asked from is not known any more: everything kept before is to be dropped. */
  gap: z.boolean(),
  records: z.array(z.object({ epoch, commands: z.array(LogCommand) })),
  /**
   * How long before this answer the node *sent* its last poll that reached the log's tail, milliseconds, at most; null: none
   * did in this generation. Whatever was appended before that moment is in this answer or in those before it.
   */
  ageMs: z.number().nonnegative().nullable(),
  /** For how long at least the answer was held back, milliseconds: it is that much younger than its question. */
  heldMs: z.number().nonnegative(),
  /** The longest lease of any node, milliseconds: what they serve as fresh lags behind the log by no more than this. */
  leaseMs: z.number().positive(),
})
export type ChangesReply = z.infer<typeof ChangesReply>
