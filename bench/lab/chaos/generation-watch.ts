import { setTimeout as sleep } from 'node:timers/promises'
import type { LabNode } from '../cluster/cache-node.ts'

const EVERY_MS = 250

/** Counts the log's generations that nodes say they are in. */
export class GenerationWatch {
  private readonly generations = new Set<string>()
  private running = true
  private readonly loop: Promise<unknown>

  constructor(nodes: readonly LabNode[]) {
    this.loop = Promise.all(nodes.map((node) => this.watch(node)))
  }

  get seen(): number {
    return this.generations.size
  }

  async stop(): Promise<void> {
    this.running = false
    await this.loop
  }

  private async watch(node: LabNode): Promise<void> {
    for (; this.running; await sleep(EVERY_MS)) {
      const generation = (await node.look())?.coherence.generation
      if (generation) this.generations.add(generation)
    }
  }
}
