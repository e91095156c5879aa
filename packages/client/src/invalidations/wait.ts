import type { Wait } from '@freshet/core/invalidation/invalidation'

export interface WaitOptions {
  /** `all` nodes have applied it, the `local` one has (the one that is asked), or `none`: it is in the log. */
  wait?: Wait
  /** How long the answer may be held back for that, milliseconds; 5,000 unless named, 30,000 at most. */
  waitMs?: number
}

const DEFAULT_WAIT_MS = 5_000

/** Query fields for a route that waits for `fallback` when nothing is said. */
export function waitFields({ wait, waitMs }: WaitOptions, fallback: Wait): Record<string, string> {
  const isAll = (wait ?? fallback) === 'all'
  return { ...(wait !== undefined && { wait }), ...(isAll && { waitMs: String(waitMs ?? DEFAULT_WAIT_MS) }) }
}

/** How long an answer with these fields may be held back, milliseconds. */
export function holdMs({ waitMs }: Record<string, string>): number {
  return waitMs === undefined ? 0 : Number(waitMs)
}
