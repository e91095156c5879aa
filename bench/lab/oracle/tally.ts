/** What reads came to. */
export interface ReadCounts {
  /** Vouched for by the node, without asking the source: what a cache is for. */
  hits: number
  /** Vouched for, and loaded from the source for this reader or one beside it. */
  loaded: number
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
  return { hits: 0, loaded: 0, stale: 0, absent: 0, refused: 0, failed: 0 }
}

export function countOf({ hits, loaded, stale, absent, refused, failed }: ReadCounts): number {
  return hits + loaded + stale + absent + refused + failed
}

export function freshOf({ hits, loaded }: ReadCounts): number {
  return hits + loaded
}

/** Share of reads with a value that came fresh from cache. */
export function hitRatio(counts: ReadCounts): number {
  const { hits, loaded, stale } = counts
  return hits / Math.max(1, hits + loaded + stale)
}

/** The counts of a stretch: those at its end without those at its beginning. */
export function since(before: ReadCounts, now: ReadCounts): ReadCounts {
  const counts = noReads()
  for (const name of Object.keys(counts) as (keyof ReadCounts)[]) counts[name] = now[name] - before[name]
  return counts
}
