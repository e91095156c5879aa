/** What a `Cache-Status` field (RFC 9211) says. */
export interface CacheStatus {
  text: string
  hit: boolean
  /** Why the request went forward; null when it did not. */
  fwd: string | null
  /** Words of our `detail`: tier, or miss reason. */
  detail: string
  /** Why a value is served although it is not fresh: the word after `stale` in `detail`. */
  stale: string | null
}

export function readCacheStatus(text: string): CacheStatus {
  const detail = /detail=(?:"([^"]*)"|([^;]*))/.exec(text)
  const words = detail?.[1] ?? detail?.[2] ?? ''
  return {
    text,
    hit: /; hit\b/.test(text),
    fwd: /fwd=([a-z-]+)/.exec(text)?.[1] ?? null,
    detail: words,
    stale: /\bstale ([a-z-]+)/.exec(words)?.[1] ?? null,
  }
}
