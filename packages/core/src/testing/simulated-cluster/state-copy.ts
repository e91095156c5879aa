import { copyOf, type Effect, type RedisState } from './redis-state.ts'

/** A copy of a server's state that is always a little behind: a replica, or what is on disk. */
export class StateCopy {
  private readonly held: RedisState
  private readonly lagMs: () => number
  private readonly coming: { atMs: number; effect: Effect }[] = []
  private lastAtMs = 0
  private cutAtMs = Number.POSITIVE_INFINITY

  constructor(origin: RedisState, lagMs: () => number) {
    this.held = copyOf(origin)
    this.lagMs = lagMs
  }

  /** Takes a change on its way; says when it will be here: never before those that were sent earlier. */
  send(effect: Effect, nowMs: number): number {
    const atMs = Math.max(this.lastAtMs, nowMs + this.lagMs())
    this.lastAtMs = atMs
    this.coming.push({ atMs, effect })
    return atMs
  }

  /** What is on its way now never arrives, nor anything that is sent later. */
  cut(nowMs: number): void {
    this.cutAtMs = Math.min(this.cutAtMs, nowMs)
  }

  /** Whether what should be here at that moment is, or will be. */
  receives(atMs: number): boolean {
    return atMs <= this.cutAtMs
  }

  /** What has arrived by now. */
  stateAt(nowMs: number): RedisState {
    const untilMs = Math.min(nowMs, this.cutAtMs)
    let arrived = 0
    for (; (this.coming[arrived]?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs; arrived++)
      this.coming[arrived]?.effect(this.held)
    this.coming.splice(0, arrived)
    return this.held
  }
}
