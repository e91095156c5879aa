import type { Process } from '../simulated-cluster/process.ts'
import type { Random } from '../simulated-cluster/random.ts'
import type { Scheduler } from '../simulated-cluster/scheduler.ts'

/** Chance that a message is lost, and that it is held back for up to `HELD_MS`. */
const LOSS = 0.02
const HOLD = 0.05
const HELD_MS = 90

/** A network that loses messages and holds them back, so that a request may be carried out long after it was given up. */
export class Network {
  readonly scheduler: Scheduler
  readonly random: Random

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler
    this.random = random
  }

  /** Carries out `run` at the server; rejects when no answer has come in time. */
  call<T>(process: Process, run: () => T): Promise<T> {
    const { scheduler, random } = this
    return new Promise((resolve, reject) => {
      scheduler.after(random.between(20, 150), process, () => reject(new Error('no answer')))
      this.deliver(null, () => {
        const result = run()
        this.deliver(process, () => resolve(result))
      })
    })
  }

  private deliver(to: Process | null, arrive: () => void): void {
    const { scheduler, random } = this
    if (random.chance(LOSS)) return
    scheduler.after(random.chance(HOLD) ? random.between(1, HELD_MS) : 0.2 + random.next(), to, arrive)
  }
}
