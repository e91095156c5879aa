import type { Follower } from '../coherence/follower.ts'
import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { makeAbsence, makeEntry } from '../entries/make-entry.ts'
import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { OriginReply } from '../origins/origin.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { CacheEvents } from './cache-events.ts'
import type { MemoryTier } from './memory-tier.ts'
import { type Flown, SingleFlight } from './single-flight.ts'
import type { SharedTier } from './tier.ts'

/** Asks for one key; how (alone or as part of a batch) is its maker's business. */
export type Ask = (signal: AbortSignal) => Promise<OriginReply>

export interface LoaderDeps {
  memory: MemoryTier
  shared: SharedTier
  follower: Follower
  events: CacheEvents
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
  monotonicMs: () => number
  /** 0 to 1, for TTL jitter. */
  random: () => number
}

/** A value that belongs to no generation can never be judged valid: it serves its caller and is kept nowhere. */
const NO_VERSION: Version = { generation: '', epoch: 0 }

/** Loads from origins: one load per key at a time, its version taken before it begins, its result kept only if still valid. */
export class Loader {
  private readonly deps: LoaderDeps
  private readonly flights = new SingleFlight<Entry>()

  constructor(deps: LoaderDeps) {
    this.deps = deps
  }

  /**
   * Loads a key, or joins the load that is running. `mayJoin` judges a joined result when it arrives. A joined load
   * began before its joiner asked, so an invalidation may have fallen in between; then the joiner takes the next flight,
   * which began after it asked and satisfies it whatever happens. So one flight runs and at most one is queued per key,
   * and a steady rain of invalidations is no stampede (rule joinCheck).
   */
  async load(
    key: string,
    policy: NamespacePolicy,
    ask: Ask,
    mayJoin: (entry: Entry) => boolean,
  ): Promise<Flown<Entry>> {
    const start = () => this.run(key, policy, ask)
    const first = await this.fly(key, start)
    if (first.began || mayJoin(first.value)) return first
    return this.fly(key, start)
  }

  isLoading(key: string): boolean {
    return this.flights.isFlying(key)
  }

  get inFlight(): number {
    return this.flights.size
  }

  private fly(key: string, start: () => Promise<Entry>): Promise<Flown<Entry>> {
    if (this.flights.isFlying(key)) this.deps.events.loadJoined(namespaceOf(key))
    return this.flights.fly(key, start)
  }

  private async run(key: string, policy: NamespacePolicy, ask: Ask): Promise<Entry> {
    const { follower, events, monotonicMs } = this.deps
    const namespace = namespaceOf(key)
    // Before the load begins, never after: whatever is appended while it runs is newer than this (rule verAtStart).
    const version = follower.version() ?? NO_VERSION
    const startedMs = monotonicMs()
    events.loadStarted(namespace)
    try {
      const reply = await withDeadline(ask, policy.origin?.deadlineMs ?? 5_000)
      const entry = this.toEntry(reply, version, policy)
      const valid = follower.judge(key, entry) === 'valid'
      if (valid && !reply.noStore) this.keep(key, entry, policy)
      events.loadEnded(namespace, entry.negative ? 'absent' : 'succeeded', !valid, monotonicMs() - startedMs)
      return entry
    } catch (error) {
      events.loadEnded(namespace, 'failed', false, monotonicMs() - startedMs)
      throw error
    }
  }

  private toEntry(reply: OriginReply, version: Version, policy: NamespacePolicy): Entry {
    const { nowMs, random } = this.deps
    if (reply.kind === 'absent') return makeAbsence(version, reply.maxAgeMs ?? policy.negativeTtlMs, nowMs())
    return makeEntry({ ...reply, ttlMs: reply.maxAgeMs }, version, policy, nowMs(), policy.jitterRatio * random())
  }

  /** L1 at once, so that whoever asks after this flight finds it there; L2 in the background: nobody waits for Redis. */
  private keep(key: string, entry: Entry, policy: NamespacePolicy): void {
    const { memory, shared, events, nowMs } = this.deps
    memory.put(key, entry)
    shared
      .put(key, entry, { compressAboveBytes: policy.compressAboveBytes, nowMs: nowMs() })
      .catch((error) => events.sharedTierFailed('put', error))
  }
}

/** Gives up after `deadlineMs` even if the origin ignores the signal: a hung load must not hold its waiters. */
async function withDeadline(ask: Ask, deadlineMs: number): Promise<OriginReply> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new AppError('origin_deadline', `The origin did not answer within ${deadlineMs} ms`, {
        limit: deadlineMs,
      })
      controller.abort(error)
      reject(error)
    }, deadlineMs)
  })
  try {
    return await Promise.race([ask(controller.signal), deadline])
  } finally {
    clearTimeout(timer)
  }
}
