import type { Follower, Instant } from '../coherence/follower.ts'
import type { CacheEvents } from './cache-events.ts'
import { SingleFlight } from './single-flight.ts'
import { type Lookup, MISS, type SharedTier } from './tier.ts'

export interface SharedReadsDeps {
  shared: SharedTier
  follower: Follower
  events: CacheEvents
  instant: () => Instant
}

/**
 * Reads of L2, one per key at a time. A failing L2 is a miss, and so is a node without lease: nothing read there could be
 * called fresh.
 */
export class SharedReads {
  private readonly deps: SharedReadsDeps
  private readonly flights = new SingleFlight<Lookup>()

  constructor(deps: SharedReadsDeps) {
    this.deps = deps
  }

  /** `mayJoin`: whether an answer to a question that was asked before will do. */
  async get(key: string, mayJoin = true): Promise<Lookup> {
    if (!this.mayAsk()) return MISS
    try {
      if (!mayJoin) return await this.deps.shared.get(key)
      return (await this.flights.fly(key, () => this.deps.shared.get(key))).value
    } catch (error) {
      this.deps.events.sharedTierFailed('get', error)
      return MISS
    }
  }

  /** One request for all; a key that is left out was not found. */
  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, Lookup>> {
    if (keys.length === 0 || !this.mayAsk()) return NOTHING
    try {
      const lookups = await this.deps.shared.getMany(keys)
      return new Map(keys.map((key, i) => [key, lookups[i] ?? MISS]))
    } catch (error) {
      this.deps.events.sharedTierFailed('get', error)
      return NOTHING
    }
  }

  private mayAsk(): boolean {
    return this.deps.follower.state(this.deps.instant()) === 'coherent'
  }
}

const NOTHING: ReadonlyMap<string, Lookup> = new Map()
