import type { Receipt } from './receipt.ts'

/**
 * Where receipts are kept for those who ask later. Both calls reject with AppError `log_unavailable` when the store cannot
 * be reached; an invalidation that is in the log stands all the same.
 */
export interface ReceiptStore {
  /**
   * Stores a receipt under its id in place of the one before, to be forgotten after `keepMs` milliseconds. Whoever writes
   * the same id twice waits for the first write, so that what was known earlier cannot replace what was learned later.
   */
  save(receipt: Receipt, keepMs: number): Promise<void>
  /** Null when there is none: an unknown id, or one of long ago. `archived` is what the log's progress says now. */
  find(id: string): Promise<Receipt | null>
}
