import type { Version } from '@freshet/core/coherence/version'
import { AppError } from '@freshet/core/errors/app-error'
import { type LoadTokenFault, mintLoadToken, newNonce, readLoadToken } from '@freshet/core/invalidation/load-token'
import type { LoadLeases } from '@freshet/redis/load-leases'

/** How long the holder of a lease may take to load and store, milliseconds; after it another caller gets the next one. */
const LOAD_LEASE_MS = 10_000

export interface LoadLeasingDeps {
  leases: Pick<LoadLeases, 'take' | 'release'>
  /** The key derived for `load-lease`. */
  secret: Buffer
  /** The log's position that this node has applied; null before its first poll. */
  position: () => Version | null
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
}

/**
 * Gives the right to load a key to one caller of the cluster at a time (cache-aside), and takes it back with the value.
 * Which caller that is only saves loads; that a late value loses to what came between is for its version to say.
 */
export class LoadLeasing {
  private readonly deps: LoadLeasingDeps

  constructor(deps: LoadLeasingDeps) {
    this.deps = deps
  }

  /**
   * A token, or null while another caller holds the lease. Rejects with `log_unavailable` when nobody can say, and with
   * `degraded` while this node knows no position to vouch for.
   */
  async offer(key: string): Promise<string | null> {
    const { leases, secret, position, nowMs } = this.deps
    // Before the caller begins to load, never after (rule verAtStart).
    const version = position()
    if (version === null)
      throw new AppError('degraded', 'This node has not read the invalidation log yet', {
        state: 'syncing',
        retryAfterMs: 1_000,
      })
    const nonce = newNonce()
    if (!(await leases.take(key, nonce, LOAD_LEASE_MS))) return null
    return mintLoadToken(key, { nonce, version, expiresAtMs: nowMs() + LOAD_LEASE_MS }, secret)
  }

  /**
   * What a token stands for. Throws `invalid` for one that is no token of this key, `fenced` for one that ran out; `field`:
   * where the caller put it.
   */
  redeem(token: string, key: string, field = 'Freshet-Lease'): { nonce: string; version: Version } {
    const lease = readLoadToken(token, key, this.deps.secret, this.deps.nowMs())
    if (typeof lease !== 'string') return lease
    throw lease === 'expired'
      ? new AppError('fenced', FAULTS[lease], { field, limit: LOAD_LEASE_MS })
      : new AppError('invalid', FAULTS[lease], { field })
  }

  /** Gives a lease back, so that the next miss need not wait until it runs out. */
  release(key: string, nonce: string): Promise<void> {
    return this.deps.leases.release(key, nonce)
  }
}

const FAULTS: Record<LoadTokenFault, string> = {
  foreign: 'That is no token that this installation gave',
  other_key: 'The token was given for another key',
  expired: 'The lease ran out, and another caller may be loading the key by now; ask for it again',
}
