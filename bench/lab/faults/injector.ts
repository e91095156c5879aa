import { setTimeout as sleep } from 'node:timers/promises'
import type { Lane } from './catalogue.ts'
import { type Arena, type Fault, leases } from './fault.ts'

/** Strikes with every kind of every lane, in random order, round after round, until it is stopped. */
export class Injector {
  /** How often each kind was brought about. */
  readonly struck = new Map<string, number>()
  /** What could not be brought about, and why. */
  readonly failures: string[] = []
  private readonly arena: Arena
  private running = true
  private loops: Promise<void>[] = []

  constructor(arena: Arena) {
    this.arena = arena
  }

  start(lanes: readonly Lane[]): void {
    this.loops = lanes.map((lane) => this.run(lane))
  }

  /** Resolves when the last fault is over. */
  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  /** Every one of these kinds was struck that often. */
  hasStruck(kinds: readonly string[], times: number): boolean {
    return kinds.every((kind) => (this.struck.get(kind) ?? 0) >= times)
  }

  private async run({ faults, restLeases }: Lane): Promise<void> {
    while (this.running)
      for (const fault of shuffled(faults, this.arena.random)) {
        if (!this.running) return
        await this.strike(fault)
        await sleep(leases(this.arena, 0, restLeases))
      }
  }

  private async strike(fault: Fault): Promise<void> {
    const { rows } = this.arena.cluster.oracle
    rows.noteEverywhere(`fault: ${fault.kind} begins`)
    try {
      await fault.strike(this.arena)
      this.struck.set(fault.kind, (this.struck.get(fault.kind) ?? 0) + 1)
    } catch (error) {
      this.failures.push(`${fault.kind}: ${error instanceof Error ? error.message : String(error)}`)
    }
    rows.noteEverywhere(`fault: ${fault.kind} ends`)
  }
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
