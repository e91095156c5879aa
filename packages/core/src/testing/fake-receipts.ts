import { AppError } from '../errors/app-error.ts'
import type { Receipt } from '../invalidation/receipt.ts'
import type { ReceiptStore } from '../invalidation/receipt-store.ts'

/** Receipts in memory. */
export class FakeReceipts implements ReceiptStore {
  readonly held = new Map<string, Receipt>()
  readonly keptForMs = new Map<string, number>()
  /** While true nothing can be stored. */
  down = false

  async save(receipt: Receipt, keepMs: number): Promise<void> {
    if (this.down) throw new AppError('log_unavailable', 'away')
    this.held.set(receipt.id, receipt)
    this.keptForMs.set(receipt.id, keepMs)
  }

  async find(id: string): Promise<Receipt | null> {
    return this.held.get(id) ?? null
  }
}
