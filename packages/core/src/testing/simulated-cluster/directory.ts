import { HashRing } from '../../ring/hash-ring.ts'
import { LEASE_MS } from './plan.ts'
import type { Process } from './process.ts'
import type { World } from './world.ts'

/** How long a node may take at most to hear that another came or went, milliseconds. */
const HEARS_WITHIN_MS = 3 * LEASE_MS

/** Who is there, as each node believes: they hear of each other at their own pace, and may disagree about every key. */
export class Directory {
  private readonly world: World
  private readonly processes = new Map<string, Process>()
  private readonly rings = new Map<Process, HashRing>()

  constructor(world: World) {
    this.world = world
  }

  /** A node begins, knowing of who is there now, and the others will hear of it. */
  join(process: Process): void {
    this.processes.set(process.name, process)
    this.rings.set(process, this.ringOfAll())
    process.whenKilled(() => {
      this.processes.delete(process.name)
      this.rings.delete(process)
      this.tellAll()
    })
    this.tellAll()
  }

  ownerOf(key: string, by: Process): string | null {
    return this.rings.get(by)?.ownerOf(key) ?? null
  }

  /** Other nodes to ask before looking any further, best first, up to the asking node itself. */
  routeOf(key: string, by: Process): string[] {
    const preferred = this.rings.get(by)?.preferenceOf(key, this.processes.size) ?? []
    const self = preferred.indexOf(by.name)
    return self < 0 ? preferred : preferred.slice(0, self)
  }

  private tellAll(): void {
    const { random, scheduler } = this.world
    for (const process of this.processes.values())
      scheduler.after(random.between(1, HEARS_WITHIN_MS), process, () => this.rings.set(process, this.ringOfAll()))
  }

  private ringOfAll(): HashRing {
    // One point of weight is enough for a handful of keys, and a ring is made for each node of each history.
    return new HashRing([...this.processes.keys()].map((id) => ({ id, weight: 1, zone: null })))
  }
}
