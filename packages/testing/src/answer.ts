import type { CacheStatus } from './cache-status.ts'

/** One request to a node and what came of it. Moments are milliseconds of this process's monotonic clock. */
export interface Answer {
  node: string
  method: string
  key: string
  sentMs: number
  answeredMs: number
  /** 0: the connection failed, `failure` says how. */
  status: number
  failure: string | null
  cacheStatus: CacheStatus
  cacheControl: string
  ageS: number
  version: string
  /** The token of a cache-aside lease, or ''. */
  lease: string
  body: string
  /** Of a problem document. */
  code: string | null
  state: string | null
}

/** A value or a known absence that the node vouches for. */
export function isFresh({ status, code, cacheStatus }: Answer): boolean {
  return (status === 200 || code === 'absent_at_origin') && cacheStatus.stale === null
}

/** Fresh, and no origin was asked: what a cache is for. */
export function isFreshHit(answer: Answer): boolean {
  return isFresh(answer) && answer.cacheStatus.hit
}

/** One line for a message. */
export function describeAnswer({ node, method, key, status, failure, code, state, cacheStatus }: Answer): string {
  const outcome = failure ?? `${status}${code === null ? '' : ` ${code}`}${state === null ? '' : ` (${state})`}`
  return `${node} ${method} ${key} → ${outcome} [${cacheStatus.text}]`
}
