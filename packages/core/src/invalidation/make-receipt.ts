import type { InvalidationMode } from '../coherence/log-record.ts'
import { formatVersion, type Version } from '../coherence/version.ts'
import type { AckProgress } from './acknowledgement.ts'
import type { Receipt, ReceiptState } from './receipt.ts'

/** An invalidation that is in the log, and somebody who begins to wait for its acknowledgement. */
export interface Appended {
  id: string
  mode: InvalidationMode
  version: Version
  /** Redis's clock, epoch milliseconds. */
  acceptedAtMs: number
  /** What it is as long as it is not acknowledged. */
  state: 'appended' | 'local'
  /** How long it had been in the log when the wait began, milliseconds; 0 for who appended it. */
  foundAfterMs: number
}

export function makeReceipt(
  { id, mode, version, acceptedAtMs, foundAfterMs, state }: Appended,
  { by, afterMs, nodes, laggards, leaseRemainingMs }: AckProgress,
): Receipt {
  const sinceAppendMs = (ms: number | null) => (ms === null ? null : toMicroseconds(foundAfterMs + ms))
  return {
    id,
    state: by === null ? state : 'acknowledged',
    epoch: formatVersion(version),
    mode,
    acceptedAtMs: toMicroseconds(acceptedAtMs),
    acknowledgedBy: by,
    acknowledgedAfterMs: sinceAppendMs(afterMs),
    nodes: nodes.map(({ appliedAfterMs, leaseExpiredAfterMs, ...node }) => ({
      ...node,
      appliedAfterMs: sinceAppendMs(appliedAfterMs),
      leaseExpiredAfterMs: sinceAppendMs(leaseExpiredAfterMs),
    })),
    laggards,
    leaseRemainingMs: toMicroseconds(leaseRemainingMs),
    archived: false,
  }
}

/** What clocks say beyond that is noise to whoever reads a receipt. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}

/** The log has lost sight of it: whether any node will ever hear of it is unknown. */
export function makeFailedReceipt(appended: Appended, progress: AckProgress): Receipt {
  const state: ReceiptState = 'failed'
  return { ...makeReceipt(appended, progress), state }
}
