/** Directives of Cache-Control (RFC 9111, RFC 5861) that concern a shared cache; seconds, null when not named. */
export interface CacheControl {
  maxAgeS: number | null
  sMaxAgeS: number | null
  swrS: number | null
  sieS: number | null
  noStore: boolean
  private: boolean
  noCache: boolean
  mustRevalidate: boolean
  /** Of requests: answer from the cache or with 504. */
  onlyIfCached: boolean
}

/** RFC 9111, section 1.2.2: a number too large to hold means this one, which is 68 years. */
const MAX_SECONDS = 2_147_483_648

const DIRECTIVE = /([!#$%&'*+.^_`|~0-9a-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/gi

/**
 * Reads the field. A lifetime that is no number counts as 0 and of two the shorter one counts: where the origin is unclear,
 * the value goes stale early and not late (RFC 9111, section 4.2.1).
 */
export function parseCacheControl(value: string | undefined): CacheControl {
  const result: CacheControl = {
    maxAgeS: null,
    sMaxAgeS: null,
    swrS: null,
    sieS: null,
    noStore: false,
    private: false,
    noCache: false,
    mustRevalidate: false,
    onlyIfCached: false,
  }
  for (const [, name = '', quoted, plain] of (value ?? '').matchAll(DIRECTIVE)) {
    const seconds = () => readSeconds(quoted ?? plain)
    switch (name.toLowerCase()) {
      case 'max-age':
        result.maxAgeS = shorter(result.maxAgeS, seconds())
        break
      case 's-maxage':
        result.sMaxAgeS = shorter(result.sMaxAgeS, seconds())
        break
      case 'stale-while-revalidate':
        result.swrS = shorter(result.swrS, seconds())
        break
      case 'stale-if-error':
        result.sieS = shorter(result.sieS, seconds())
        break
      case 'no-store':
        result.noStore = true
        break
      case 'private':
        result.private = true
        break
      case 'no-cache':
        result.noCache = true
        break
      case 'only-if-cached':
        result.onlyIfCached = true
        break
      case 'must-revalidate':
      case 'proxy-revalidate':
        result.mustRevalidate = true
        break
    }
  }
  return result
}

function readSeconds(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : 0
}

function shorter(before: number | null, seconds: number): number {
  return before === null ? seconds : Math.min(before, seconds)
}
