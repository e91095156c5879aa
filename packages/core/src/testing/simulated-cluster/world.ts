import { drawPlan, type Plan } from './plan.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { type Fault, Tally } from './tally.ts'

/** What everything in one run shares: time, chance, the plan, and the memory of what happened. */
export class World {
  readonly seed: number
  readonly random: Random
  readonly scheduler = new Scheduler()
  readonly plan: Plan
  readonly tally = new Tally()
  /** What happened, a line each; empty unless the run is traced. */
  readonly history: string[] = []
  /** False once the storm is over and everything works again. */
  stormy = true
  private readonly traced: boolean
  private generations = 0
  private masters = 0

  constructor(seed: number, traced: boolean) {
    this.seed = seed
    this.traced = traced
    this.random = new Random(seed)
    this.plan = drawPlan(this.random)
  }

  /** Draws whether a fault happens now; `atMost` is its share at full intensity. */
  strikes(fault: Fault, atMost: number): boolean {
    const struck = this.stormy && this.random.chance(this.plan.intensityOf(fault) * atMost)
    if (struck) this.tally.add(fault)
    return struck
  }

  /** A number for who becomes master: later ones have seen what was secured before, and earlier ones have not. */
  nextMaster(): number {
    return ++this.masters
  }

  /** A name for a generation of the log: by its number, it comes after those of earlier masters, whenever it begins. */
  nextGeneration(server: string, master: number): string {
    const number = master * 1_000 + ++this.generations
    if (this.generations > 1) this.tally.add('generation begun')
    this.note(() => `${server} begins generation ${number}`)
    return number.toString(16).padStart(16, '0')
  }

  note(tell: () => string): void {
    if (this.traced) this.history.push(`${this.scheduler.nowMs().toFixed(0).padStart(6)} ms  ${tell()}`)
  }
}
