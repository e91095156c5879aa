import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import type { Recorder } from './recorder.ts'

/** Counts one read's answer. `us`: microseconds from request to answer; null inside a batch, which has its own clock. */
export function recordRead(recorder: Recorder, key: string, result: ReadResult, us: number | null): void {
  const namespace = recorder.namespace(namespaceOf(key))
  if (result.kind === 'miss') {
    recorder.misses[result.reason]++
    namespace.misses++
    if (us !== null) recorder.time('get_miss', us)
    return
  }
  const fromCache = result.missed === null
  const tier = result.source === 'l2' || result.source === 'peer' ? result.source : 'l1'
  if (result.stale !== null) {
    recorder.hits.stale++
    namespace.stale++
  } else if (!fromCache) {
    recorder.misses[result.missed ?? 'absent']++
    namespace.misses++
  } else {
    if (result.kind === 'absent') recorder.hits.negative++
    else recorder.hits[tier]++
    namespace.hits++
  }
  if (us === null) return
  // Time at the origin is recorded by the loader; what a reader waited counts as a miss.
  recorder.time(fromCache ? `get_${tier}` : 'get_miss', us)
}
