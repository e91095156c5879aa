/** What reads came to. */
export interface ReadCounts {
  /** Vouched for by the node, without asking the source: what a cache is for. */
  hits: number
  /** Vouched for, and loaded from the source for this reader or one beside it. */
  loaded: number
  /** Vouched for in a batch, which does not say where a value came from. */
  batched: number
  /** Given marked stale. */
  stale: number
  /** A key without source that is not there. */
  absent: number
  /** A refusal (degraded, overloaded). */
  refused: number
  /** No answer: the connection failed or nothing came in time. */
  failed: number
}

export function noReads(): ReadCounts {
  return { hits: 0, loaded: 0, batched: 0, stale: 0, absent: 0, refused: 0, failed: 0 }
}

export function countOf(counts: ReadCounts): number {
  return Object.values(counts).reduce((sum: number, count: number) => sum + count, 0)
}

export function freshOf({ hits, loaded, batched }: ReadCounts): number {
  return hits + loaded + batched
}

/** Share of values that came fresh from cache; batches aside. */
export function hitRatio({ hits, loaded, stale }: ReadCounts): number {
  return hits / Math.max(1, hits + loaded + stale)
}

/** The counts of a stretch: those at its end without those at its beginning. */
export function since(before: ReadCounts, now: ReadCounts): ReadCounts {
  const counts = noReads()
  for (const name of Object.keys(counts) as (keyof ReadCounts)[]) counts[name] = now[name] - before[name]
  return counts
}
