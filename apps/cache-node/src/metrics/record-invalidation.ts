import type { Matchers, Wait } from '@freshet/core/invalidation/invalidation'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { Recorder } from './recorder.ts'

/** Counts an invalidation that is in the log, and how its wait for all nodes ended. */
export function recordInvalidation(recorder: Recorder, matchers: Matchers, wait: Wait, receipt: Receipt): void {
  const { invalidationsByKind: byKind } = recorder
  recorder.invalidations++
  if (matchers.keys.length > 0) byKind.key++
  if (matchers.tags.length > 0) byKind.tag++
  if (matchers.patterns.length > 0) byKind.pattern++
  if (matchers.namespaces.length > 0) byKind.namespace++
  if (matchers.all) byKind.all++
  for (const name of new Set([...matchers.keys.map(namespaceOf), ...matchers.namespaces]))
    recorder.namespace(name).invalidations++
  if (wait === 'all') recordAcknowledgement(recorder, receipt.acknowledgedBy, receipt.acknowledgedAfterMs)
}

/** `by` null: the answer went out before it was acknowledged. */
export function recordAcknowledgement(
  recorder: Recorder,
  by: 'members' | 'lease' | null,
  afterMs: number | null,
): void {
  if (by === null || afterMs === null) {
    recordUnacknowledged(recorder)
    return
  }
  recorder.acknowledgements[by]++
  recorder.acknowledgement.record(afterMs * 1_000)
}

export function recordUnacknowledged(recorder: Recorder): void {
  recorder.acknowledgements.refused++
}
