import type { Clock } from '../clock.ts'
import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { AppError } from '../errors/app-error.ts'
import { type BreakerState, createBreaker } from '../origins/breaker.ts'
import type { Lookup, PutOptions, SharedTier } from './tier.ts'

export interface SharedTierLimits {
  /** Milliseconds that a lookup may take; after them the read goes on as if L2 were away. */
  lookupMs: number
  /** Lookups in a row that failed or took too long, after which L2 is not asked. */
  failuresToOpen: number
  /** Milliseconds for which it is not asked; then one lookup tries. */
  openMs: number
}

/**
 * L2 for those who can do without it: a lookup has a time limit, and a tier that keeps failing or dawdling is left alone
 * for a while (a circuit breaker), so that a miss costs a reader the limit at most, and nothing while the breaker is open.
 * Lookups reject with `store_unavailable` then; an answer that comes late is ignored.
 *
 * Writes pass: whoever stores waits for it, or nobody does, and a slow store is better than none. They say nothing of how
 * long a lookup would take either.
 */
export class GuardedSharedTier implements SharedTier {
  private readonly tier: SharedTier
  private readonly clock: Pick<Clock, 'monotonicMs'>
  private readonly limits: SharedTierLimits
  private readonly breaker

  constructor(tier: SharedTier, limits: SharedTierLimits, clock: Pick<Clock, 'monotonicMs'>) {
    this.tier = tier
    this.limits = limits
    this.clock = clock
    this.breaker = createBreaker(limits)
  }

  get state(): BreakerState {
    return this.breaker.state(this.clock.monotonicMs())
  }

  get(key: string): Promise<Lookup> {
    return this.lookUp(() => this.tier.get(key))
  }

  getMany(keys: readonly string[]): Promise<Lookup[]> {
    return this.lookUp(() => this.tier.getMany(keys))
  }

  put(key: string, entry: Entry, options: PutOptions): Promise<boolean> {
    return this.tier.put(key, entry, options)
  }

  remove(keys: readonly string[], version: Version): Promise<void> {
    return this.tier.remove(keys, version)
  }

  private lookUp<T>(ask: () => Promise<T>): Promise<T> {
    const nowMs = this.clock.monotonicMs()
    const settle = this.breaker.enter(nowMs)
    if (settle === null) return Promise.reject(leftAlone(this.breaker.retryAfterMs(nowMs)))
    return new Promise((resolve, reject) => {
      let over = false
      const end = (outcome: 'success' | 'failure') => {
        over = true
        clearTimeout(timer)
        settle(outcome, this.clock.monotonicMs())
      }
      const giveUp = () => {
        if (over) return
        end('failure')
        reject(tooSlow(this.limits.lookupMs))
      }
      // After a pause of this process the timer comes due before answers that have arrived meanwhile are read: they get
      // the rest of this turn, or every pause would open the breaker of a tier that works.
      const timer = setTimeout(() => setImmediate(giveUp), this.limits.lookupMs)
      ask().then(
        (found) => {
          if (over) return
          end('success')
          resolve(found)
        },
        (error) => {
          if (over) return
          end('failure')
          reject(error)
        },
      )
    })
  }
}

function leftAlone(retryAfterMs: number): AppError {
  return new AppError('store_unavailable', 'The second tier fails or is slow, and is not being asked for a moment', {
    retryAfterMs,
  })
}

function tooSlow(limitMs: number): AppError {
  return new AppError('store_unavailable', `The second tier did not answer within ${limitMs} ms`, {
    retryAfterMs: 1_000,
    limit: limitMs,
  })
}
