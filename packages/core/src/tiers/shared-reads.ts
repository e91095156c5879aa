import type { Follower, Instant } from '../coherence/follower.ts'
import { AppError } from '../errors/app-error.ts'
import type { CacheEvents } from './cache-events.ts'
import { SingleFlight } from './single-flight.ts'
import { type Lookup, MISS, type SharedTier } from './tier.ts'

export interface SharedReadsDeps {
  shared: SharedTier
  follower: Follower
  events: CacheEvents
  instant: () => Instant
}

/** What L2 said; or that it could not say anything, which is another matter than "nobody wrote it". */
export type SharedLookup = Lookup | { state: 'unknown'; error: AppError }

/**
 * Reads of L2, one per key at a time. For a node without lease everything is a miss: nothing read there could be called
 * fresh.
 */
export class SharedReads {
  private readonly deps: SharedReadsDeps
  private readonly flights = new SingleFlight<Lookup>()

  constructor(deps: SharedReadsDeps) {
    this.deps = deps
  }

  /** `mayJoin`: whether an answer to a question that was asked before will do. */
  async get(key: string, mayJoin = true): Promise<SharedLookup> {
    if (!this.mayAsk()) return MISS
    try {
      if (!mayJoin) return await this.deps.shared.get(key)
      return (await this.flights.fly(key, () => this.deps.shared.get(key))).value
    } catch (error) {
      return this.unknown(error)
    }
  }

  /** One request for all; a key that is left out was not found. */
  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, SharedLookup>> {
    if (keys.length === 0 || !this.mayAsk()) return NOTHING
    try {
      const lookups = await this.deps.shared.getMany(keys)
      return new Map(keys.map((key, i) => [key, lookups[i] ?? MISS]))
    } catch (error) {
      const unknown = this.unknown(error)
      return new Map(keys.map((key) => [key, unknown]))
    }
  }

  private unknown(cause: unknown): SharedLookup {
    this.deps.events.sharedTierFailed('get', cause)
    const error =
      cause instanceof AppError ? cause : new AppError('store_unavailable', 'The second tier failed', {}, { cause })
    return { state: 'unknown', error }
  }

  private mayAsk(): boolean {
    return this.deps.follower.state(this.deps.instant()) === 'coherent'
  }
}

const NOTHING: ReadonlyMap<string, SharedLookup> = new Map()
