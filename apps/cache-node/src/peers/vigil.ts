import type { Clock } from '@freshet/core/clock'

/** Somebody who waits for another node's answer. */
export interface Waiting {
  readonly sinceMs: number
  /** Nobody wants the answer after this; monotonic milliseconds. */
  readonly untilMs: number
  giveUp(why: 'silent' | 'overdue'): void
}

export interface VigilDeps {
  clock: Pick<Clock, 'monotonicMs'>
  /** How long an answer may take before the other node is asked for a sign of life; and how often then. */
  everyMs: number
  ping: () => Promise<boolean>
  onSilence: () => void
}

/**
 * Tells a slow node from a dead one for all who wait for it. An answer may take as long as an origin does, so no time
 * limit on it tells anything about the node; but a node that works answers a ping, and one that was killed, paused or cut
 * off does not.
 *
 * One timer and at most one ping for a node, however many wait: a timer for each ask would cost as much as the ask.
 */
export class Vigil {
  private readonly deps: VigilDeps
  /** The first has waited longest. */
  private readonly waiting = new Set<Waiting>()
  private timer: NodeJS.Timeout | null = null
  private pinging = false

  constructor(deps: VigilDeps) {
    this.deps = deps
  }

  get count(): number {
    return this.waiting.size
  }

  add(one: Waiting): void {
    this.waiting.add(one)
    if (this.timer === null && !this.pinging) this.lookIn(this.deps.everyMs)
  }

  remove(one: Waiting): void {
    this.waiting.delete(one)
  }

  /** Asks for a sign of life now: there is news that the node may be gone. */
  lookNow(): void {
    if (this.waiting.size > 0 && !this.pinging) void this.askForSign()
  }

  private lookIn(ms: number): void {
    this.timer = setTimeout(() => this.look(), ms)
  }

  private look(): void {
    this.timer = null
    const nowMs = this.deps.clock.monotonicMs()
    for (const one of this.waiting) if (nowMs >= one.untilMs) this.end(one, 'overdue')
    const [oldest] = this.waiting
    if (oldest === undefined) return
    const waitedMs = nowMs - oldest.sinceMs
    // Whoever the timer was set for has its answer; the next in line is younger.
    if (waitedMs < this.deps.everyMs) this.lookIn(this.deps.everyMs - waitedMs)
    else void this.askForSign()
  }

  private async askForSign(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.pinging = true
    const alive = await this.deps.ping()
    this.pinging = false
    if (!alive && this.waiting.size > 0) {
      for (const one of this.waiting) this.end(one, 'silent')
      this.deps.onSilence()
    }
    if (this.waiting.size > 0) this.lookIn(this.deps.everyMs)
  }

  private end(one: Waiting, why: 'silent' | 'overdue'): void {
    this.waiting.delete(one)
    one.giveUp(why)
  }
}
