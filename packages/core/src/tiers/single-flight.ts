/** What a caller got from a flight: whether it began it, or joined one that was already running. */
export interface Flown<T> {
  value: T
  began: boolean
}

/**
 * One running call per key in this process; whoever asks meanwhile joins it. A flight leaves the table when it settles,
 * however it settles, so that a thrown or timed-out load never blocks the next. (After Go's golang.org/x/sync/singleflight.)
 */
export class SingleFlight<T> {
  private readonly running = new Map<string, Promise<T>>()

  /** Joins the running flight of the key or starts one. A joiner sees the same rejection as the starter. */
  async fly(key: string, start: () => Promise<T>): Promise<Flown<T>> {
    const inFlight = this.running.get(key)
    if (inFlight !== undefined) return { value: await inFlight, began: false }
    const flight = start().finally(() => this.running.delete(key))
    this.running.set(key, flight)
    return { value: await flight, began: true }
  }

  isFlying(key: string): boolean {
    return this.running.has(key)
  }

  get size(): number {
    return this.running.size
  }
}
