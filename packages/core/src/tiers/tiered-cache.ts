import { admit } from '../coherence/admit.ts'
import type { Instant } from '../coherence/follower.ts'
import type { Entry } from '../entries/entry.ts'
import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { Origin } from '../origins/origin.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import { within } from '../within.ts'
import { askTogether } from './batch-ask.ts'
import { Candidates, type Considered, type Fallback, isStale, newerOf, type Refreshing } from './candidates.ts'
import type { HotKeys } from './hot-keys.ts'
import { type Ask, Loader, type LoaderDeps } from './loader.ts'
import { PeerReads, type PeerReply } from './peer-reads.ts'
import { noPeers, type PeerTier, type RouteOf } from './peer-tier.ts'
import { answer, type MissReason, type ReadMode, type ReadResult } from './read-result.ts'
import { Refresher } from './refresher.ts'
import { type SharedLookup, SharedReads } from './shared-reads.ts'
import { MISS } from './tier.ts'

export interface TieredCacheDeps extends LoaderDeps {
  policyOf: (namespace: string) => NamespacePolicy
  originOf: (namespace: string) => Origin | null
  instant: () => Instant
  /** The other nodes; none when left out. */
  peers?: PeerTier
  /** Which keys of others are worth a place in L1; none when left out. */
  hotKeys?: Pick<HotKeys, 'note'>
}

/** Whom a read may ask, and who is told of what it finds stale. */
interface Reach {
  routeOf: RouteOf
  refreshing: Refreshing
}

type Missed = Extract<Considered, { answer: null }>

/**
 * The read story: L1, then the key's owner if that is another node, then L2, then one load at the origin. Each candidate
 * is judged by `admit` at the moment it would be served, wherever it came from.
 */
export class TieredCache {
  readonly loader: Loader
  private readonly deps: TieredCacheDeps
  private readonly candidates: Candidates
  private readonly sharedReads: SharedReads
  private readonly peerReads: PeerReads
  private readonly everywhere: Reach
  private readonly here: Reach

  constructor(deps: TieredCacheDeps) {
    const peers = deps.peers ?? noPeers
    this.deps = deps
    this.loader = new Loader(deps)
    this.candidates = new Candidates(deps)
    this.sharedReads = new SharedReads(deps)
    this.peerReads = new PeerReads({ ...deps, peers })
    const { loader, candidates, sharedReads, peerReads } = this
    const refresher = new Refresher({ ...deps, loader, candidates, sharedReads, peerReads })
    const reach = (routeOf: RouteOf): Reach => ({ routeOf, refreshing: refresher.along(routeOf) })
    this.everywhere = reach(peers.routeOf)
    this.here = reach(noPeers.routeOf)
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
    if (policy.refreshAheadRatio !== 0) this.everywhere.refreshing.refreshAhead(key, policy, entry)
    return entry
  }

  /**
   * Reads one key. Rejects with AppError `degraded` (the policy refuses while the node cannot know), `not_cached` (mode
   * `cached-only`), `origin_failed`, `origin_unavailable`, `origin_deadline`, or `store_unavailable` (L2 alone could tell).
   */
  read(key: string, mode: ReadMode = 'normal'): Promise<ReadResult> {
    return this.readWithin(this.everywhere, key, mode)
  }

  /** The same for another node that asks: what was forwarded is never forwarded again. */
  readHere(key: string, mode: ReadMode = 'normal'): Promise<ReadResult> {
    return this.readWithin(this.here, key, mode)
  }

  /**
   * Reads many keys with one request to each owner, one to L2 and, where the origin has a batch form, one load per batch.
   * An error concerns its key alone. A key that occurs twice is read once.
   */
  readMany(keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    return this.readManyWithin(this.everywhere, keys)
  }

  /** The same for another node that asks. */
  readManyHere(keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    return this.readManyWithin(this.here, keys)
  }

  private async readWithin(reach: Reach, key: string, mode: ReadMode): Promise<ReadResult> {
    const policy = this.policy(key)
    this.refuseIfDegraded(policy)
    const first = this.look(reach, key, policy, mode)
    if (first.answer !== null) return first.answer
    const route = reach.routeOf(key)
    if (route.length > 0) {
      const told = await this.askPeers(route, key, policy, first, mode)
      if (told !== null) return told
    }
    const ask = this.askOne(key)
    // A load that began before this caller asked is not what "no-cache" means, so nothing may be joined.
    if (mode === 'reload' && ask !== null) return this.load(key, policy, ask, 'bypass', null, () => false)
    return this.afterShared(reach, key, policy, first, await this.sharedReads.get(key, mode !== 'reload'), mode, ask)
  }

  private async readManyWithin(reach: Reach, keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    const distinct = [...new Set(keys)]
    const results = await this.readDistinct(reach, distinct)
    if (distinct.length === keys.length) return results
    const byKey = new Map(distinct.map((key, i) => [key, results[i]]))
    return keys.map((key) => byKey.get(key) ?? new AppError('internal', 'The key got no answer'))
  }

  private async readDistinct(reach: Reach, keys: readonly string[]): Promise<(ReadResult | AppError)[]> {
    const first = keys.map((key) => this.look(reach, key, this.policy(key), 'normal'))
    const missing = keys.filter((_, i) => first[i]?.answer === null)
    const told = await this.peerReads.askMany(new Map(missing.map((key) => [key, reach.routeOf(key)])))
    const left = missing.filter((key) => !told.has(key))
    const lookups = await this.sharedReads.getMany(left)
    const { originOf } = this.deps
    const unanswered = left.filter(
      (key) => !this.loader.isLoading(key) && this.needsLoad(key, lookups.get(key) ?? MISS),
    )
    const asks = askTogether(unanswered, (key) => originOf(namespaceOf(key)))
    return Promise.all(
      keys.map(async (key, i) => {
        const considered = first[i]
        if (considered === undefined) throw new Error('unreachable: one consideration per key')
        if (considered.answer !== null) return considered.answer
        try {
          const policy = this.policy(key)
          this.refuseIfDegraded(policy)
          const reply = told.get(key)
          const answered = reply && this.take(key, policy, considered, reply, 'normal')
          if (answered) return answered
          // What a peer said and the log has ended since goes the long way alone.
          const lookup = lookups.get(key) ?? (reply ? await this.sharedReads.get(key) : MISS)
          const ask = asks.get(key) ?? this.askOne(key)
          return await this.afterShared(reach, key, policy, considered, lookup, 'normal', ask)
        } catch (error) {
          return error instanceof AppError ? error : new AppError('internal', 'The read failed', {}, { cause: error })
        }
      }),
    )
  }

  /** What L1 says. A reader who wants it loaded anew is told of nothing that is held. */
  private look({ refreshing }: Reach, key: string, policy: NamespacePolicy, mode: ReadMode): Considered {
    const held = mode === 'reload' ? undefined : this.deps.memory.get(key)
    return this.candidates.consider(key, held, policy, 'l1', mode, refreshing)
  }

  /** Null: there is nobody to ask, or the log has moved on while the answer travelled; then this node sees for itself. */
  private async askPeers(
    route: readonly string[],
    key: string,
    policy: NamespacePolicy,
    first: Missed,
    mode: ReadMode,
  ): Promise<ReadResult | null> {
    const asking = this.peerReads.ask(route, key, mode)
    // Without an origin there is nothing slow behind the owner.
    const patienceMs = first.fallback === null ? null : (policy.origin?.softTimeoutMs ?? null)
    try {
      const inTime = patienceMs === null ? await asking : await within(asking, patienceMs)
      const slow = inTime === null && this.candidates.fallBack(key, first.fallback, policy, 'origin-slow', first.reason)
      return slow || this.take(key, policy, first, inTime ?? (await asking), mode)
    } catch (error) {
      const failed = this.candidates.fallBack(key, first.fallback, policy, 'origin-error', first.reason)
      if (failed !== null) return failed
      throw error
    }
  }

  /** Makes an answer of what a peer said, judged now and not when it was asked (rule fwdCheck). */
  private take(
    key: string,
    policy: NamespacePolicy,
    first: Missed,
    reply: PeerReply | AppError,
    mode: ReadMode,
  ): ReadResult | null {
    if (reply === 'nobody') return null
    if (reply instanceof AppError) {
      const failed = this.candidates.fallBack(key, first.fallback, policy, 'origin-error', first.reason)
      if (failed !== null) return failed
      throw reply
    }
    // Only who knows of no origin says so: with one here, the owner's settings are behind ours, or it has none yet.
    if (reply.kind === 'miss') return this.askOne(key) === null ? reply : null
    const { entry, stale, missed } = reply
    const source = missed === null ? 'peer' : reply.source
    if (stale === 'origin-error' || stale === 'origin-slow')
      return this.candidates.fallBack(key, { entry, source: 'peer' }, policy, stale, missed ?? first.reason)
    // The owner refreshes what it calls stale.
    const told = this.candidates.consider(key, entry, policy, source, mode, OWNER_REFRESHES).answer
    if (told === null) return null
    if (this.deps.hotKeys?.note(key)) this.deps.memory.put(key, entry)
    return answer(entry, source, told.stale ?? stale, missed)
  }

  private async afterShared(
    { refreshing }: Reach,
    key: string,
    policy: NamespacePolicy,
    first: Missed,
    lookup: SharedLookup,
    mode: ReadMode,
    ask: Ask | null,
  ): Promise<ReadResult> {
    const { candidates, deps } = this
    // While we waited for L2, another caller's load may have ended and left the table of flights: without this second look
    // at L1 a burst of misses would reach the origin twice.
    const held = mode === 'reload' ? undefined : deps.memory.get(key)
    const again = held === undefined ? null : candidates.consider(key, held, policy, 'l1', mode, refreshing).answer
    if (again !== null && !isStale(again)) return again
    const found = 'entry' in lookup ? lookup.entry : undefined
    const second = candidates.consider(key, found, policy, 'l2', mode, refreshing)
    // Stale for stale, what L1 holds is as good, and may be of a later generation than what lies in L2.
    if (again !== null && (second.answer === null || isStale(second.answer))) return again
    if (second.answer !== null) {
      if (found !== undefined) deps.memory.put(key, found)
      return second.answer
    }
    const reason = second.reason === 'absent' ? first.reason : second.reason
    // "Nobody wrote it" would be a lie, and would send callers to load and write what may well be there.
    if (lookup.state === 'unknown' && (ask === null || mode === 'cached-only')) throw lookup.error
    if (mode === 'cached-only')
      throw new AppError('not_cached', `The key is not in the cache (${reason}) and only-if-cached was asked`)
    if (ask === null) return { kind: 'miss', reason }
    const fallback = newerOf(first.fallback, second.fallback)
    return this.load(key, policy, ask, reason, fallback, (entry) => candidates.isCurrent(key, entry))
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
      const slow = inTime === null ? this.candidates.fallBack(key, fallback, policy, 'origin-slow', missed) : null
      if (slow !== null) return slow
      const { value, began } = inTime ?? (await loading)
      return answer(value, began ? 'origin' : 'joined', null, missed)
    } catch (error) {
      const failed = this.candidates.fallBack(key, fallback, policy, 'origin-error', missed)
      if (failed !== null) return failed
      throw error
    }
  }

  /** Whether neither tier has an answer now: while we waited for L2, another caller's load may have filled L1. */
  private needsLoad(key: string, lookup: SharedLookup): boolean {
    const policy = this.policy(key)
    const held = [this.deps.memory.get(key), 'entry' in lookup ? lookup.entry : undefined]
    return held.every((entry) => entry === undefined || this.candidates.judge(key, entry, policy).serve === 'no')
  }

  private askOne(key: string): Ask | null {
    const origin = this.deps.originOf(namespaceOf(key))
    return origin && ((signal) => origin.load(key, signal))
  }

  private refuseIfDegraded(policy: NamespacePolicy): void {
    const state = this.deps.follower.state(this.deps.instant())
    if (state !== 'coherent' && policy.whenDegraded === 'refuse')
      throw new AppError('degraded', 'This node has lost sight of the invalidation log and the policy is to refuse', {
        state,
        retryAfterMs: 1_000,
      })
  }

  private policy(key: string): NamespacePolicy {
    return this.deps.policyOf(namespaceOf(key))
  }
}

const OWNER_REFRESHES: Refreshing = { refresh: () => {}, refreshAhead: () => {} }
