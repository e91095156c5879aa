import { type Admission, admit } from '../coherence/admit.ts'
import type { Instant } from '../coherence/follower.ts'
import type { Entry } from '../entries/entry.ts'
import { wantsRefreshAhead } from '../entries/freshness.ts'
import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { Origin } from '../origins/origin.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import { within } from '../within.ts'
import { batchAsk } from './batch-ask.ts'
import { type Considered, type Fallback, isStale, newerOf } from './candidate.ts'
import { type Ask, Loader, type LoaderDeps } from './loader.ts'
import { answer, type MissReason, type ReadMode, type ReadResult, type Source } from './read-result.ts'
import { SingleFlight } from './single-flight.ts'
import { type Lookup, MISS } from './tier.ts'

export interface TieredCacheDeps extends LoaderDeps {
  policyOf: (namespace: string) => NamespacePolicy
  originOf: (namespace: string) => Origin | null
  instant: () => Instant
}

/**
 * The read story: L1, then L2, then one load at the origin. Each candidate is judged by `admit` at the moment it would
 * be served, wherever it came from.
 */
export class TieredCache {
  readonly loader: Loader
  private readonly deps: TieredCacheDeps
  private readonly sharedLookups = new SingleFlight<Lookup>()
  private readonly refreshes = new SingleFlight<void>()

  constructor(deps: TieredCacheDeps) {
    this.deps = deps
    this.loader = new Loader(deps)
  }

  /**
   * A fresh value from L1 in the same turn, or null when it takes more than that: the fast lane's question. Starts a
   * refresh ahead of expiry where the policy asks for one. Whoever has just read the clocks passes what they said.
   */
  peekFresh(key: string, now = this.deps.instant(), nowMs = this.deps.nowMs()): Entry | null {
    const entry = this.deps.memory.get(key)
    if (entry === undefined || entry.negative) return null
    const policy = this.policy(key)
    if (admit(key, entry, this.deps.follower, policy, now, nowMs).serve !== 'fresh') return null
    this.refreshAhead(key, entry, policy)
    return entry
  }

  /**
   * Reads one key. Rejects with AppError `degraded` (the policy refuses while the node cannot know), `not_cached` (mode
   * `cached-only`), `origin_failed`, `origin_unavailable` or `origin_deadline`.
   */
  async read(key: string, mode: ReadMode = 'normal'): Promise<ReadResult> {
    const policy = this.policy(key)
    const origin = this.deps.originOf(namespaceOf(key))
    this.refuseIfDegraded(policy)
    if (mode === 'reload' && origin !== null) {
      // A load that began before this caller asked is not what "no-cache" means, so nothing may be joined.
      return this.load(key, policy, this.askOne(key, origin), 'bypass', null, () => false)
    }
    const inMemory = mode === 'reload' ? undefined : this.deps.memory.get(key)
    const first = this.consider(key, inMemory, policy, 'l1', mode)
    if (first.answer !== null) return first.answer
    const lookup = await this.lookUpShared(key)
    return this.afterShared(key, policy, first, lookup, mode, origin && this.askOne(key, origin))
  }

  /**
   * Reads many keys with one L2 request and, where the origin has a batch form, one load per batch. An error concerns
   * its key alone. A key that occurs twice is read once.
   */
  async readMany(keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    const distinct = [...new Set(keys)]
    const results = await this.readDistinct(distinct)
    if (distinct.length === keys.length) return results
    const byKey = new Map(distinct.map((key, i) => [key, results[i]]))
    return keys.map((key) => byKey.get(key) ?? new AppError('internal', 'The key got no answer'))
  }

  private async readDistinct(keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    const first = keys.map((key) => this.consider(key, this.deps.memory.get(key), this.policy(key), 'l1', 'normal'))
    const missing = keys.filter((_, i) => first[i]?.answer === null)
    const lookups = new Map<string, Lookup>()
    if (missing.length > 0 && this.mayAskShared()) {
      const found = await this.deps.shared.getMany(missing).catch((error) => {
        this.deps.events.sharedTierFailed('get', error)
        return missing.map(() => MISS)
      })
      for (const [i, key] of missing.entries()) lookups.set(key, found[i] ?? MISS)
    }
    const asks = this.askTogether(missing.filter((key) => this.needsLoad(key, lookups.get(key) ?? MISS)))
    return Promise.all(
      keys.map(async (key, i) => {
        const considered = first[i]
        if (considered === undefined) throw new Error('unreachable: one consideration per key')
        if (considered.answer !== null) return considered.answer
        try {
          const policy = this.policy(key)
          this.refuseIfDegraded(policy)
          const origin = this.deps.originOf(namespaceOf(key))
          const ask = asks.get(key) ?? (origin && this.askOne(key, origin))
          return await this.afterShared(key, policy, considered, lookups.get(key) ?? MISS, 'normal', ask)
        } catch (error) {
          return error instanceof AppError ? error : new AppError('internal', 'The read failed', {}, { cause: error })
        }
      }),
    )
  }

  private async afterShared(
    key: string,
    policy: NamespacePolicy,
    first: Extract<Considered, { answer: null }>,
    lookup: Lookup,
    mode: ReadMode,
    ask: Ask | null,
  ): Promise<ReadResult> {
    // While we waited for L2, another caller's load may have ended and left the table of flights: without this second look
    // at L1 a burst of misses would reach the origin twice.
    const again = mode === 'reload' ? null : this.consider(key, this.deps.memory.get(key), policy, 'l1', mode).answer
    if (again !== null && !isStale(again)) return again
    const second = this.consider(key, lookup.state === 'miss' ? undefined : lookup.entry, policy, 'l2', mode)
    // Stale for stale, what L1 holds is as good, and may be of a later generation than what lies in L2.
    if (again !== null && (second.answer === null || isStale(second.answer))) return again
    if (second.answer !== null) {
      if (lookup.state !== 'miss') this.deps.memory.put(key, lookup.entry)
      return second.answer
    }
    const reason = second.reason === 'absent' ? first.reason : second.reason
    if (mode === 'cached-only')
      throw new AppError('not_cached', `The key is not in the cache (${reason}) and only-if-cached was asked`)
    if (ask === null) return { kind: 'miss', reason }
    const fallback = newerOf(first.fallback, second.fallback)
    return this.load(key, policy, ask, reason, fallback, (entry) => this.isCurrent(key, entry))
  }

  /** In mode `cached-only` (HEAD too) the origin is not even asked in the background. */
  private consider(
    key: string,
    entry: Entry | undefined,
    policy: NamespacePolicy,
    source: Source,
    mode: ReadMode,
  ): Considered {
    if (entry === undefined) {
      const coherent = this.deps.follower.state(this.deps.instant()) === 'coherent'
      return { answer: null, reason: coherent ? 'absent' : 'degraded', fallback: null }
    }
    const admission = this.judge(key, entry, policy)
    if (admission.serve === 'no')
      return { answer: null, reason: admission.reason, fallback: admission.fallback ? { entry, source } : null }
    if (admission.serve === 'fresh') {
      if (source === 'l1' && !entry.negative && mode !== 'cached-only') this.refreshAhead(key, entry, policy)
      return { answer: answer(entry, source, null, null) }
    }
    // A known absence has no stale windows of use: ask again.
    if (entry.negative && admission.reason !== 'degraded') return { answer: null, reason: 'expired', fallback: null }
    if (admission.refresh && mode !== 'cached-only') this.refresh(key, policy, entry)
    return { answer: answer(entry, source, admission.reason, null) }
  }

  private async load(
    key: string,
    policy: NamespacePolicy,
    ask: Ask,
    missed: MissReason,
    fallback: Fallback | null,
    mayJoin: (entry: Entry) => boolean,
  ): Promise<ReadResult> {
    const loading = this.loader.load(key, policy, ask, mayJoin)
    try {
      const inTime = fallback === null ? await loading : await within(loading, policy.origin?.softTimeoutMs ?? 0)
      const slow = inTime === null ? this.fallBack(key, fallback, policy, 'origin-slow', missed) : null
      if (slow !== null) return slow
      const { value, began } = inTime ?? (await loading)
      return answer(value, began ? 'origin' : 'joined', null, missed)
    } catch (error) {
      const failed = this.fallBack(key, fallback, policy, 'origin-error', missed)
      if (failed !== null) return failed
      throw error
    }
  }

  /** A fallback is judged again when it is served: it may have been invalidated while the load ran. */
  private fallBack(
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

  /**
   * Makes a value new in the background; at most once per key at a time. Failures are counted by the loader. Where there is
   * no origin, the new value is whatever another node has been given meanwhile.
   */
  private refresh(key: string, policy: NamespacePolicy, seen: Entry): void {
    const origin = this.deps.originOf(namespaceOf(key))
    if (this.refreshes.isFlying(key) || this.loader.isLoading(key)) return
    this.refreshes.fly(key, () => this.refreshNow(key, policy, origin, seen)).catch(() => {})
  }

  private async refreshNow(key: string, policy: NamespacePolicy, origin: Origin | null, seen: Entry): Promise<void> {
    const lookup = await this.lookUpShared(key)
    // Another node may have refreshed it already: its work in L2 saves the origin ours.
    if (lookup.state === 'hit' && lookup.entry.storedAtMs > seen.storedAtMs) {
      if (this.judge(key, lookup.entry, policy).serve === 'fresh') return this.deps.memory.put(key, lookup.entry)
    }
    if (origin !== null) await this.loader.load(key, policy, this.askOne(key, origin), () => true)
  }

  private refreshAhead(key: string, entry: Entry, policy: NamespacePolicy): void {
    if (policy.refreshAheadRatio !== 0 && wantsRefreshAhead(entry, policy.refreshAheadRatio, this.deps.nowMs()))
      this.refresh(key, policy, entry)
  }

  /** A failing L2 is a miss, and so is a node without lease: nothing read there could be called fresh. */
  private async lookUpShared(key: string): Promise<Lookup> {
    if (!this.mayAskShared()) return MISS
    try {
      return (await this.sharedLookups.fly(key, () => this.deps.shared.get(key))).value
    } catch (error) {
      this.deps.events.sharedTierFailed('get', error)
      return MISS
    }
  }

  private mayAskShared(): boolean {
    return this.deps.follower.state(this.deps.instant()) === 'coherent'
  }

  /** Whether neither tier has an answer now: while we waited for L2, another caller's load may have filled L1. */
  private needsLoad(key: string, lookup: Lookup): boolean {
    const policy = this.policy(key)
    const held = [this.deps.memory.get(key), lookup.state === 'miss' ? undefined : lookup.entry]
    return held.every((entry) => entry === undefined || this.judge(key, entry, policy).serve === 'no')
  }

  /** One origin request for the keys of each namespace, shared by their flights; begun by the first flight that asks. */
  private askTogether(keys: readonly string[]): Map<string, Ask> {
    const groups = new Map<Origin, string[]>()
    for (const key of keys) {
      const origin = this.deps.originOf(namespaceOf(key))
      if (origin === null || this.loader.isLoading(key)) continue
      const group = groups.get(origin)
      if (group === undefined) groups.set(origin, [key])
      else group.push(key)
    }
    const asks = new Map<string, Ask>()
    for (const [origin, group] of groups) {
      if (group.length < 2) continue
      const batch = batchAsk(origin, group)
      for (const key of group) asks.set(key, batch(key))
    }
    return asks
  }

  private askOne(key: string, origin: Origin): Ask {
    return (signal) => origin.load(key, signal)
  }

  private isCurrent(key: string, entry: Entry): boolean {
    const { follower, instant } = this.deps
    return follower.judge(key, entry) === 'valid' && follower.state(instant()) === 'coherent'
  }

  private refuseIfDegraded(policy: NamespacePolicy): void {
    const state = this.deps.follower.state(this.deps.instant())
    if (state !== 'coherent' && policy.whenDegraded === 'refuse')
      throw new AppError('degraded', 'This node has lost sight of the invalidation log and the policy is to refuse', {
        state,
        retryAfterMs: 1_000,
      })
  }

  private judge(key: string, entry: Entry, policy: NamespacePolicy): Admission {
    return admit(key, entry, this.deps.follower, policy, this.deps.instant(), this.deps.nowMs())
  }

  private policy(key: string): NamespacePolicy {
    return this.deps.policyOf(namespaceOf(key))
  }
}
