import { type Admission, admit } from '../coherence/admit.ts'
import type { Follower, Instant } from '../coherence/follower.ts'
import type { Entry } from '../entries/entry.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import { answer, type MissReason, type ReadMode, type ReadResult, type Source } from './read-result.ts'

/** What a tier's candidate came to: an answer, or why not and whether it may serve if loading fails. */
export type Considered =
  | { answer: Exclude<ReadResult, { kind: 'miss' }> }
  | { answer: null; reason: MissReason; fallback: Fallback | null }

/** What may be served if loading fails or is slow. */
export interface Fallback {
  entry: Entry
  source: Source
}

export interface CandidatesDeps {
  follower: Follower
  instant: () => Instant
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
}

/** Who is told of a value that ought to be made new. */
export interface Refreshing {
  /** It is stale. */
  refresh(key: string, policy: NamespacePolicy, seen: Entry): void
  /** It is fresh; whether its end is near is for the listener to see. */
  refreshAhead(key: string, policy: NamespacePolicy, seen: Entry): void
}

/** Turns what tiers hold into answers. Everything is judged here at the moment when it would be served. */
export class Candidates {
  private readonly deps: CandidatesDeps

  constructor(deps: CandidatesDeps) {
    this.deps = deps
  }

  /** In mode `cached-only` (HEAD too) the origin is not even asked in the background. */
  consider(
    key: string,
    entry: Entry | undefined,
    policy: NamespacePolicy,
    source: Source,
    mode: ReadMode,
    refreshing: Refreshing,
  ): Considered {
    if (entry === undefined) {
      const coherent = this.deps.follower.state(this.deps.instant()) === 'coherent'
      return { answer: null, reason: coherent ? 'absent' : 'degraded', fallback: null }
    }
    const admission = this.judge(key, entry, policy)
    if (admission.serve === 'no')
      return { answer: null, reason: admission.reason, fallback: admission.fallback ? { entry, source } : null }
    if (admission.serve === 'fresh') {
      if (source === 'l1' && !entry.negative && mode !== 'cached-only') refreshing.refreshAhead(key, policy, entry)
      return { answer: answer(entry, source, null, null) }
    }
    // A known absence has no stale windows of use: ask again.
    if (entry.negative && admission.reason !== 'degraded') return { answer: null, reason: 'expired', fallback: null }
    if (admission.refresh && mode !== 'cached-only') refreshing.refresh(key, policy, entry)
    return { answer: answer(entry, source, admission.reason, null) }
  }

  /** A fallback is judged again when it is served: it may have been invalidated while the load ran. */
  fallBack(
    key: string,
    fallback: Fallback | null,
    policy: NamespacePolicy,
    cause: 'origin-slow' | 'origin-error',
    missed: MissReason,
  ): ReadResult | null {
    if (fallback === null || fallback.entry.negative) return null
    const admission = this.judge(key, fallback.entry, policy)
    if (admission.serve === 'no' && !admission.fallback) return null
    return answer(fallback.entry, fallback.source, cause, missed)
  }

  isCurrent(key: string, entry: Entry): boolean {
    const { follower, instant } = this.deps
    return follower.judge(key, entry) === 'valid' && follower.state(instant()) === 'coherent'
  }

  judge(key: string, entry: Entry, policy: NamespacePolicy): Admission {
    return admit(key, entry, this.deps.follower, policy, this.deps.instant(), this.deps.nowMs())
  }
}

export function isStale(result: ReadResult): boolean {
  return result.kind !== 'miss' && result.stale !== null
}

/** The first of two that are as old as each other. */
export function newerOf(first: Fallback | null, second: Fallback | null): Fallback | null {
  if (first === null || second === null) return first ?? second
  return second.entry.storedAtMs > first.entry.storedAtMs ? second : first
}
