import type { Clock } from '../../clock.ts'

const WALL_START_MS = 1_700_000_000_000

/**
 * An operating-system process on a machine of its own: it can be stopped for a while, suspended with its machine, and
 * killed. It reads time by its machine's clocks, whose wall clock is wrong by as much as it likes.
 */
export class Process implements Clock {
  readonly name: string
  /** What arrives before this moment of simulated time waits in its socket or its timer queue. */
  pausedUntilMs = 0
  dead = false
  private readonly nowMs: () => number
  private readonly onDeath: (() => void)[] = []
  private wallOffsetMs: number
  private stoodStillMs = 0

  constructor(name: string, nowMs: () => number, wallOffsetMs: number) {
    this.name = name
    this.nowMs = nowMs
    this.wallOffsetMs = wallOffsetMs
  }

  monotonicMs = (): number => this.nowMs() - this.stoodStillMs
  wallMs = (): number => WALL_START_MS + this.nowMs() + this.wallOffsetMs

  get paused(): boolean {
    return this.nowMs() < this.pausedUntilMs
  }

  /** SIGSTOP, a long garbage collection, a starved container: the clocks go on. */
  pause(ms: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.nowMs() + ms)
  }

  /** A suspended virtual machine: its monotonic clock stands still, and its wall clock is right again afterwards. */
  suspend(ms: number): void {
    // The clock of a machine that is suspended already cannot stand stiller.
    if (this.paused) return
    this.pause(ms)
    this.stoodStillMs += ms
  }

  /** Somebody sets the wall clock. */
  stepWall(ms: number): void {
    this.wallOffsetMs += ms
  }

  /** Nothing that was on its way to it ever arrives. */
  kill(): void {
    this.dead = true
    for (const tell of this.onDeath) tell()
  }

  whenKilled(tell: () => void): void {
    this.onDeath.push(tell)
  }
}
