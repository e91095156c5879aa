/** What runs for a key on behalf of all who wait for it. */
export interface Flight {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
  /** A moment to come back to with `proveAt`. */
  mark(): number
  /** What this flight brings was true at that moment, so whoever had asked by then may have it. */
  proveAt(mark: number): void
}

type Outcome = { value: unknown } | { error: unknown }

interface Running {
  provenAt: number
  settled: Promise<Outcome>
  attendants: number
  readonly ending: AbortController
}

/**
 * One flight per key in this process. Whoever asks while one is under way waits for it, but may have what it brings only if
 * that was still true after the question: a value that was read from the cache before an invalidation was acknowledged must
 * not be handed to someone who asked after it (rule joinCheck). Those who may not have it share the next flight, so that
 * there is at most one running and one to come.
 */
export class Flights {
  private readonly running = new Map<string, Running>()
  private ticks = 0

  has(key: string): boolean {
    return this.running.has(key)
  }

  /** Rejects with the signal's reason for a caller who goes; the others still get theirs. */
  async join<T>(key: string, signal: AbortSignal | undefined, fly: (flight: Flight) => Promise<T>): Promise<T> {
    const askedAt = ++this.ticks
    for (;;) {
      signal?.throwIfAborted()
      const joined = this.running.get(key)
      const flight = joined ?? this.start(key, fly)
      const outcome = await this.attend(key, flight, signal)
      if (flight.provenAt < askedAt && joined !== undefined) continue
      if ('error' in outcome) throw outcome.error
      // Under one key all callers of a process speak of the same value.
      return outcome.value as T
    }
  }

  private start(key: string, fly: (flight: Flight) => Promise<unknown>): Running {
    const ending = new AbortController()
    const running: Running = {
      // Whatever it finds, it looks for it after this moment.
      provenAt: ++this.ticks,
      attendants: 0,
      ending,
      settled: fly({
        signal: ending.signal,
        mark: () => ++this.ticks,
        proveAt: (mark) => {
          running.provenAt = mark
        },
      })
        .then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        )
        .finally(() => this.forget(key, running)),
    }
    this.running.set(key, running)
    return running
  }

  private async attend(key: string, flight: Running, signal: AbortSignal | undefined): Promise<Outcome> {
    flight.attendants++
    let leave = () => {}
    const gone = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason)
      signal?.addEventListener('abort', leave, { once: true })
    })
    try {
      return await (signal === undefined ? flight.settled : Promise.race([flight.settled, gone]))
    } finally {
      signal?.removeEventListener('abort', leave)
      if (--flight.attendants === 0 && this.running.get(key) === flight) {
        // Whoever comes now begins anew rather than share the end of it.
        this.forget(key, flight)
        flight.ending.abort(signal?.reason)
      }
    }
  }

  private forget(key: string, flight: Running): void {
    if (this.running.get(key) === flight) this.running.delete(key)
  }
}
