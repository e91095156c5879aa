import { createHash } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import type { InvalidationOptions, Matchers } from '@freshet/core/invalidation/invalidation'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import type { NodeServices } from '../node-services.ts'
import { derivedId } from './cause-of.ts'
import type { InvalidateFor } from './invalidate-for.ts'

/** How long the receipt of something planned is kept after its time, milliseconds. */
const KEEP_MS = 86_400_000

type Times = Pick<InvalidationOptions, 'delayMs' | 'debounceMs' | 'repeatAfterMs'>
type Plan = Omit<InvalidateFor, 'limitMs'>

/**
 * Hands on what is to be done later, to be done by a worker whatever becomes of this node. Resolves to the receipt of an
 * invalidation that is not to be done now, and to null for one that is. Rejects with `log_unavailable` when it could not
 * be handed on: then nothing was done and nothing will be.
 */
export async function planInvalidation(
  services: NodeServices,
  matchers: Matchers,
  times: Times,
  plan: Plan,
): Promise<Receipt | null> {
  requireOnePlan(times)
  const { delayMs, debounceMs, repeatAfterMs } = times
  if (debounceMs !== undefined) return debounce(services, matchers, debounceMs, plan)
  const run = { matchers: copyOf(matchers), ...plan }
  // Before the first time, not after it: who was told that it was done would not ask again for the repetition.
  if (repeatAfterMs !== undefined) {
    const cause = { ...plan.cause, id: derivedId(plan.cause.id, 'repeat'), via: 'repeat' }
    await services.queue.schedule({ ...run, cause }, (delayMs ?? 0) + repeatAfterMs)
  }
  if (delayMs === undefined) return null
  const receipt = plannedReceipt(plan, services.clusterClock.nowMs())
  // First the receipt: the job's own must come after it.
  await services.receipts.save(receipt, delayMs + KEEP_MS)
  await services.queue.schedule({ ...run, cause: { ...plan.cause, via: 'schedule' } }, delayMs)
  return receipt
}

async function debounce(
  { queue, receipts, clusterClock }: NodeServices,
  matchers: Matchers,
  debounceMs: number,
  plan: Plan,
): Promise<Receipt> {
  const run = { matchers: copyOf(matchers), ...plan, cause: { ...plan.cause, via: 'debounce' } }
  const id = await queue.debounce(run, debounceMs, samenessOf(matchers, plan))
  const known = await receipts.find(id)
  if (known !== null) return known
  const receipt = { ...plannedReceipt(plan, clusterClock.nowMs()), id }
  await receipts.save(receipt, debounceMs + KEEP_MS)
  return receipt
}

/** The same matchers, mode and caller; in whatever order they were named. */
function samenessOf({ keys, tags, patterns, namespaces, all }: Matchers, { mode, reach, cause, wait }: Plan): string {
  const said = [keys, tags, patterns, namespaces].map((names) => [...new Set(names)].sort())
  return createHash('sha256')
    .update(JSON.stringify([said, all, mode, wait, reach, cause.actor]))
    .digest('hex')
}

function requireOnePlan({ delayMs, debounceMs, repeatAfterMs }: Times): void {
  if (debounceMs === undefined || (delayMs === undefined && repeatAfterMs === undefined)) return
  throw new AppError('invalid', 'debounceMs goes with neither delayMs nor repeatAfterMs', { field: 'debounceMs' })
}

function copyOf({ keys, tags, patterns, namespaces, all }: Matchers) {
  return { keys: [...keys], tags: [...tags], patterns: [...patterns], namespaces: [...namespaces], all }
}

function plannedReceipt({ cause, mode }: Plan, nowMs: number): Receipt {
  return {
    id: cause.id,
    state: 'planned',
    epoch: null,
    mode,
    acceptedAtMs: nowMs,
    acknowledgedBy: null,
    acknowledgedAfterMs: null,
    nodes: [],
    laggards: [],
    leaseRemainingMs: 0,
    archived: false,
  }
}
