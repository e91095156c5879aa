import type { Cause, InvalidationMode, Reach } from '@freshet/core/coherence/log-record'
import { AppError } from '@freshet/core/errors/app-error'
import type { Matchers, Wait } from '@freshet/core/invalidation/invalidation'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import { recordInvalidation, recordUnacknowledged } from '../../metrics/record-invalidation.ts'
import type { NodeServices } from '../node-services.ts'
import type { Answer } from './answer-once.ts'

export interface InvalidateFor {
  mode: InvalidationMode
  reach: Reach
  cause: Cause
  wait: Wait
  limitMs: number
}

/** Invalidates for a caller who was authorised to, and counts what came of it. Rejects as `Invalidator.invalidate` does. */
export async function invalidateFor(
  { invalidator, recorder, clock }: NodeServices,
  matchers: Matchers,
  options: InvalidateFor,
): Promise<Receipt> {
  const startedMs = clock.monotonicMs()
  try {
    const receipt = await invalidator.invalidate(matchers, options)
    recordInvalidation(recorder, matchers, options.wait, receipt)
    recorder.time('invalidate', (clock.monotonicMs() - startedMs) * 1_000)
    return receipt
  } catch (error) {
    if (options.wait === 'all' && error instanceof AppError && error.code === 'log_unavailable')
      recordUnacknowledged(recorder)
    throw error
  }
}

export function receiptLocation(id: string): string {
  return `/api/invalidate/receipts/${id}`
}

/** Whether a caller has what it waited for; if not, more will be known later. */
export function isSettled(receipt: Receipt, wait: Wait): boolean {
  return receipt.state !== 'planned' && (wait !== 'all' || receipt.state === 'acknowledged')
}

export function answerReceipt(receipt: Receipt, wait: Wait): Answer {
  const { epoch } = receipt
  if (isSettled(receipt, wait)) return { status: 200, epoch, location: null, body: receipt }
  return { status: 202, epoch, location: receiptLocation(receipt.id), body: receipt }
}
