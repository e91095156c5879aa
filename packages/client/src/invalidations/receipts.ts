import { Receipt } from '@freshet/core/invalidation/receipt'
import { type CallOptions, exchange, type Parts } from '../parts.ts'
import { pause } from '../transport/backoff.ts'
import { withDeadline } from '../transport/with-deadline.ts'

const FIRST_LOOK_MS = 50
const SLOWEST_LOOK_MS = 1_000
/** A lease, the time in which a generation is too young for acknowledgements, and a reserve. */
const SETTLES_WITHIN_MS = 30_000

/** A receipt as things stand. Rejects with FreshetError `not_found` when there is none, or not any more. */
export async function readReceipt(parts: Parts, id: string, options: CallOptions): Promise<Receipt> {
  const path = `/api/invalidate/receipts/${encodeURIComponent(id)}`
  const reply = await exchange(parts, { method: 'GET', path, repeatable: true }, parts.router.forAny(), options)
  return Receipt.parse(JSON.parse(reply.body.toString()))
}

/**
 * Waits until all nodes have applied it, or it has failed: for an answer whose own wait ran out. Rejects with FreshetError
 * `deadline` after 30 s, unless another deadline is named.
 */
export function awaitReceipt(parts: Parts, id: string, options: CallOptions): Promise<Receipt> {
  return withDeadline(options.deadlineMs ?? SETTLES_WITHIN_MS, options.signal, async (signal) => {
    for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(2 * delayMs, SLOWEST_LOOK_MS)) {
      const receipt = await readReceipt(parts, id, { signal })
      if (receipt.state === 'acknowledged' || receipt.state === 'failed') return receipt
      await pause(delayMs, signal)
    }
  })
}
