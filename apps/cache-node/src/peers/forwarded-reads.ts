import type { Follower, Instant } from '@freshet/core/coherence/follower'
import type { Version } from '@freshet/core/coherence/version'
import type { PeerCounters } from '@freshet/core/contracts/node-metrics'
import type { Entry } from '@freshet/core/entries/entry'
import type { AppError } from '@freshet/core/errors/app-error'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import type { TieredCache } from '@freshet/core/tiers/tiered-cache'
import type { EpochWaiters } from '../epoch-waiters.ts'
import type { Forwarded } from './forwarded-header.ts'
import { unavailable } from './unavailable.ts'

/** How long a read waits for this node to come as far in the log as the asker is, milliseconds. */
const CATCH_UP_MS = 250

export interface ForwardedReadsDeps {
  nodeId: string
  cache: Pick<TieredCache, 'peekFresh' | 'readHere' | 'readManyHere'>
  follower: Follower
  epochs: EpochWaiters
  instant: () => Instant
  counters: Pick<PeerCounters, 'served'>
}

/**
 * Answers other nodes from this one alone. What the asker knows of the log this node knows too before it answers, so that
 * what it gives is no older than what the asker would have loaded itself; and it says nothing without a lease.
 */
export class ForwardedReads {
  private readonly deps: ForwardedReadsDeps

  constructor(deps: ForwardedReadsDeps) {
    this.deps = deps
  }

  /** A fresh value from L1 in the same turn; null when it takes more than that, or a refusal. */
  peek(key: string, { to, position, mode }: Forwarded, now: Instant, nowMs: number): Entry | null {
    const { nodeId, cache, counters } = this.deps
    if (to !== nodeId || mode !== 'normal' || !this.hasReached(position)) return null
    const entry = cache.peekFresh(key, now, nowMs)
    if (entry !== null) counters.served++
    return entry
  }

  /** Rejects with AppError `peer_unavailable`, or as `TieredCache.read` does. */
  async read(key: string, forwarded: Forwarded): Promise<ReadResult> {
    await this.prepare(forwarded)
    const result = await this.deps.cache.readHere(key, forwarded.mode)
    this.requireLease()
    this.deps.counters.served++
    return result
  }

  /** The same for many; one result per key, in order. */
  async readMany(keys: readonly string[], forwarded: Forwarded): Promise<(ReadResult | AppError)[]> {
    await this.prepare(forwarded)
    const results = await this.deps.cache.readManyHere(keys)
    this.requireLease()
    this.deps.counters.served += keys.length
    return results
  }

  private async prepare({ to, position }: Forwarded): Promise<void> {
    const { nodeId, epochs } = this.deps
    if (to !== nodeId) throw unavailable('another_node', `This is ${nodeId}; the request was for ${to}`)
    this.requireLease()
    if (!this.hasReached(position) && !(await epochs.waitFor(position, CATCH_UP_MS)))
      throw unavailable('behind', 'This node has not come as far in the log as the one that asks')
  }

  private hasReached(position: Version): boolean {
    const { follower } = this.deps
    return follower.generation === position.generation && follower.applied >= position.epoch
  }

  private requireLease(): void {
    const { follower, instant } = this.deps
    const state = follower.state(instant())
    if (state !== 'coherent') throw unavailable('not_coherent', `This node is ${state} and cannot know what is fresh`)
  }
}
