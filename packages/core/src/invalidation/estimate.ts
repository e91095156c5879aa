/** What was found in one part of the keys, such as one server's: some were looked at, some of those matched. */
export interface Part {
  /** Keys that there are. */
  population: number
  /** Keys that were looked at, picked without regard to what they are. */
  looked: number
  matched: number
  /** Every key was looked at. */
  complete: boolean
}

/** How many there are, as far as a sample can tell. With 95% confidence there are between `low` and `high`. */
export interface CountEstimate {
  count: number
  /** Counted, not estimated: then `low` and `high` are the count and the error is 0. */
  exact: boolean
  standardError: number
  low: number
  high: number
}

export interface BytesEstimate {
  bytes: number
  exact: boolean
  standardError: number
}

/** Of the normal distribution: 95% lie within so many standard errors. */
const Z = 1.96

/**
 * How many match in all parts together. A part's limits are Wilson's, corrected for what a sample of a finite
 * population already knows, because the plain standard error calls a pattern that matched nothing in the sample a
 * certain zero. Parts are added by MOVER (Zou and Donner, 2008), which keeps limits that are not symmetric.
 */
export function estimateCount(parts: readonly Part[]): CountEstimate {
  let count = 0
  let variance = 0
  let below = 0
  let above = 0
  let surely = 0
  let possibly = 0
  for (const part of parts) {
    const one = estimatePart(part)
    count += one.count
    variance += one.standardError ** 2
    below += (one.count - one.low) ** 2
    above += (one.high - one.count) ** 2
    surely += part.matched
    possibly += part.complete ? part.matched : Math.max(part.matched, part.population - part.looked + part.matched)
  }
  return {
    count: Math.round(count),
    exact: parts.every(({ complete }) => complete),
    standardError: Math.sqrt(variance),
    low: Math.max(surely, Math.floor(count - Math.sqrt(below))),
    high: Math.min(possibly, Math.ceil(count + Math.sqrt(above))),
  }
}

/** Bytes of all that match, from the sizes of some of them. */
export function estimateBytes(sizes: readonly number[], { count, exact, standardError }: CountEstimate): BytesEstimate {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (exact && sizes.length === count) return { bytes: total, exact: true, standardError: 0 }
  if (sizes.length === 0) return { bytes: 0, exact: false, standardError: 0 }
  const mean = total / sizes.length
  const squares = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0)
  const meanError = sizes.length > 1 ? Math.sqrt(squares / (sizes.length - 1) / sizes.length) : mean
  return {
    bytes: Math.round(mean * count),
    exact: false,
    standardError: Math.hypot(count * meanError, mean * standardError),
  }
}

function estimatePart({ population, looked, matched, complete }: Part): Omit<CountEstimate, 'exact'> {
  if (complete) return { count: matched, standardError: 0, low: matched, high: matched }
  if (looked === 0) return { count: 0, standardError: 0, low: 0, high: population }
  const share = matched / looked
  // Keys may come meanwhile, so that more were looked at than there were.
  const unseen = Math.max(0, population - looked)
  const size = unseen === 0 ? Number.POSITIVE_INFINITY : (looked * (population - 1)) / unseen
  const centre = (share + Z ** 2 / (2 * size)) / (1 + Z ** 2 / size)
  const half = (Z / (1 + Z ** 2 / size)) * Math.sqrt((share * (1 - share)) / size + Z ** 2 / (4 * size ** 2))
  return {
    count: share * population,
    standardError: population * Math.sqrt((share * (1 - share)) / size),
    low: (centre - half) * population,
    high: (centre + half) * population,
  }
}
