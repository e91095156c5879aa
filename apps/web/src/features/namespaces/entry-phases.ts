export interface EntryPhase {
  phase: 'fresh' | 'revalidate' | 'error'
  fromMs: number
  toMs: number
  /** Share of the drawing, 0 to 1. */
  width: number
}

/** The least share that still holds its label. */
const MIN_WIDTH = 0.2

/**
 * The phases of an entry's life. Stale-while-revalidate and stale-if-error both count from the end of the TTL, so the
 * second shows only what it adds. Widths follow the logarithm of the spans: a second and a day must both be seen.
 */
export function entryPhases({ ttlMs, swrMs, sieMs }: { ttlMs: number; swrMs: number; sieMs: number }): EntryPhase[] {
  if (![ttlMs, swrMs, sieMs].every((ms) => Number.isFinite(ms) && ms >= 0)) return []
  const spans = [
    { phase: 'fresh' as const, fromMs: 0, toMs: ttlMs },
    { phase: 'revalidate' as const, fromMs: ttlMs, toMs: ttlMs + swrMs },
    { phase: 'error' as const, fromMs: ttlMs + swrMs, toMs: ttlMs + Math.max(swrMs, sieMs) },
  ].filter(({ fromMs, toMs }) => toMs > fromMs)
  const weights = spans.map(({ fromMs, toMs }) => Math.log10(toMs - fromMs + 10))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const spare = 1 - MIN_WIDTH * spans.length
  return spans.map((span, index) => ({ ...span, width: MIN_WIDTH + (spare * (weights[index] ?? 0)) / total }))
}
