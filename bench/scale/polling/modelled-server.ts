import type { Scheduler } from '@freshet/core/testing/simulated-cluster/scheduler'

/** What a command does at the server, and how long that keeps it busy, microseconds. */
export interface Served<T> {
  value: T
  costUs: number
}

interface Waiting {
  serve(): { costUs: number; reply: () => void }
}

/**
 * Redis as far as time is concerned: one thread that takes whatever has arrived, serves it in order, and sends all replies
 * in the end (its event loop does so). What arrives meanwhile waits for the next turn.
 */
export class ModelledServer {
  /** Milliseconds of work so far. */
  busyMs = 0
  private readonly scheduler: Scheduler
  /** One way, milliseconds. */
  private readonly networkMs: number
  /** Microseconds for what a turn has to send to others than those who asked. */
  private readonly afterTurn: () => Served<() => void>
  private waiting: Waiting[] = []
  private working = false

  constructor(scheduler: Scheduler, networkMs: number, afterTurn: () => Served<() => void>) {
    this.scheduler = scheduler
    this.networkMs = networkMs
    this.afterTurn = afterTurn
  }

  call<T>(command: () => Served<T>): Promise<T> {
    return new Promise((resolve) => {
      const serve = () => {
        const { value, costUs } = command()
        return { costUs, reply: () => resolve(value) }
      }
      this.scheduler.after(this.networkMs, null, () => {
        this.waiting.push({ serve })
        if (!this.working) this.turn()
      })
    })
  }

  private turn(): void {
    const served = this.waiting.map(({ serve }) => serve())
    this.waiting = []
    this.working = true
    const { value: tellOthers, costUs } = this.afterTurn()
    const tookMs = served.reduce((sum, one) => sum + one.costUs, costUs) / 1e3
    this.busyMs += tookMs
    this.scheduler.after(tookMs, null, () => {
      this.scheduler.after(this.networkMs, null, () => {
        tellOthers()
        for (const { reply } of served) reply()
      })
      this.working = false
      if (this.waiting.length > 0) this.turn()
    })
  }
}
