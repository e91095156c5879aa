/** What the log has said since somebody last looked through the whole of L2. Moments are of one monotonic clock. */
export interface SweepFacts {
  /** When the first and the last invalidation by tag, pattern, namespace or `all` since then was applied; null: none. */
  matchersFromMs: number | null
  matchersLastMs: number | null
  /** When the first record of any kind since then was applied; null: none. */
  anyFromMs: number | null
}

export interface SweepRhythm {
  /** A sweep begins once no further invalidation by matcher came for this long. */
  quietMs: number
  /** Or once the first of them has waited for this long, quiet or not. */
  patienceMs: number
  /** And at least so often when anything at all was appended: memories of the log grow by keys as well. */
  everyMs: number
}

/** Whether a sweep should begin: it saves memory, so it may wait until a burst of invalidations is over. */
export function isSweepDue(facts: SweepFacts, { quietMs, patienceMs, everyMs }: SweepRhythm, nowMs: number): boolean {
  const { matchersFromMs, matchersLastMs, anyFromMs } = facts
  if (anyFromMs !== null && nowMs - anyFromMs >= everyMs) return true
  if (matchersFromMs === null || matchersLastMs === null) return false
  return nowMs - matchersLastMs >= quietMs || nowMs - matchersFromMs >= patienceMs
}
