import { createSlots } from '@freshet/core/origins/slots'
import { FreshetError } from '../errors/freshet-error.ts'

/** Brings a value from where it really lives. `signal`: nobody waits for it any more. */
export type Loader<T> = (about: { key: string; signal: AbortSignal }) => T | Promise<T>

export interface UncachedLimits {
  /** Loads at once of this process while the cache is away. */
  maxConcurrent: number
  /** Callers that may wait for one of those. */
  maxWaiting: number
}

/**
 * Calls loaders while there is no cache that would have spared most of them: bounded, because a database that served a few
 * hundred loads a second from behind a cache is not to get all reads at once.
 */
export class UncachedLoads {
  private readonly slots: ReturnType<typeof createSlots>

  constructor({ maxConcurrent, maxWaiting }: UncachedLimits) {
    this.slots = createSlots({ max: maxConcurrent, maxQueue: maxWaiting })
  }

  /** Rejects with FreshetError `too_many_loads`, the signal's reason, or as the loader does. */
  async run<T>(key: string, loader: Loader<T>, signal: AbortSignal): Promise<T> {
    const slot = this.slots.acquire(signal)
    if (slot === null)
      throw new FreshetError('too_many_loads', 'The cache cannot be asked, and too many loads are waiting already')
    const release = await slot
    try {
      return await loader({ key, signal })
    } finally {
      release()
    }
  }
}
