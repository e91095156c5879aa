/** Bounded concurrency with a bounded first-in, first-out queue. */
export interface Slots {
  readonly inUse: number
  readonly queued: number
  /**
   * Resolves with a function that gives the slot back; call it in `finally` (a second call does nothing).
   * Null when the queue is full. Rejects with the signal's reason when it aborts first; the place in the queue is then
   * free at once.
   */
  acquire(signal: AbortSignal): Promise<() => void> | null
}

interface Waiter {
  take: () => void
}

export function createSlots({ max, maxQueue }: { max: number; maxQueue: number }): Slots {
  // A Set keeps insertion order and forgets in constant time a waiter that gave up in the middle.
  const waiting = new Set<Waiter>()
  let inUse = 0

  function occupy(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = waiting.values().next().value
      if (next === undefined) {
        inUse--
        return
      }
      // The slot is handed over, not freed: a newcomer cannot slip in between and starve the queue.
      waiting.delete(next)
      next.take()
    }
  }

  function enqueue(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        waiting.delete(waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        take: () => {
          signal.removeEventListener('abort', giveUp)
          resolve(occupy())
        },
      }
      waiting.add(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return {
    get inUse() {
      return inUse
    },
    get queued() {
      return waiting.size
    },
    acquire(signal) {
      if (signal.aborted) return Promise.reject(signal.reason)
      if (inUse < max) {
        inUse++
        return Promise.resolve(occupy())
      }
      return waiting.size < maxQueue ? enqueue(signal) : null
    },
  }
}
