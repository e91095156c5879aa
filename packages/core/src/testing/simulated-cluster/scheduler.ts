import type { Process } from './process.ts'

interface Event {
  atMs: number
  /** Order among events of the same moment. */
  order: number
  run: () => void
  /** Where it happens; null: at a server or in the network, which never pause. */
  process: Process | null
}

interface Timer {
  cancelled: boolean
}

/**
 * Simulated time. One event runs at a time and everything that follows from it in promises runs before the next, so that
 * a run depends on nothing but its seed. Processes meet only through events, so code that runs now belongs to the
 * process of the event.
 */
export class Scheduler {
  private now = 0
  private ordered = 0
  private readonly events: Event[] = []
  private running: Process | null = null
  private readonly timers = new Map<Timer, Process | null>()

  nowMs = (): number => this.now

  /** Runs something after `delayMs`, at `process`. */
  after(delayMs: number, process: Process | null, run: () => void): void {
    this.insert({ atMs: this.now + delayMs, order: this.ordered++, run, process })
  }

  /** Lets `ms` of simulated time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const endMs = this.now + ms
    for (let event = this.take(endMs); event !== undefined; event = this.take(endMs)) {
      this.now = event.atMs
      if (event.process?.dead) continue
      if (event.process?.paused) {
        this.insert({ ...event, atMs: event.process.pausedUntilMs })
        continue
      }
      this.running = event.process
      event.run()
      await quiet()
      this.running = null
    }
    this.now = endMs
  }

  /** Timers that a process has set and that have neither fired nor been cleared. */
  timersOf(process: Process): number {
    let count = 0
    for (const owner of this.timers.values()) if (owner === process) count++
    return count
  }

  /** While `body` runs, `setTimeout` means simulated time at the process whose code calls it. */
  async withTimers<T>(body: () => Promise<T>): Promise<T> {
    const { setTimeout, clearTimeout } = globalThis
    Object.assign(globalThis, { setTimeout: this.setTimer, clearTimeout: this.clearTimer })
    try {
      return await body()
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout })
    }
  }

  private setTimer = (fire: () => void, ms = 1): Timer => {
    const timer = { cancelled: false }
    this.timers.set(timer, this.running)
    this.after(Math.max(1, ms), this.running, () => {
      this.timers.delete(timer)
      if (!timer.cancelled) fire()
    })
    return timer
  }

  private clearTimer = (timer: Timer | undefined): void => {
    if (timer === undefined) return
    timer.cancelled = true
    this.timers.delete(timer)
  }

  /** Kept with the next event at the end, where it is cheap to take. */
  private insert(event: Event): void {
    let low = 0
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.events[middle]
      if (other !== undefined && isLater(other, event)) low = middle + 1
      else high = middle
    }
    this.events.splice(low, 0, event)
  }

  private take(endMs: number): Event | undefined {
    const next = this.events.at(-1)
    return next !== undefined && next.atMs <= endMs ? this.events.pop() : undefined
  }
}

function isLater(a: Event, b: Event): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.order > b.order)
}

/** Resolves when no promise has anything left to do: Node turns to its ticks only then, and sooner than to the next event. */
function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
