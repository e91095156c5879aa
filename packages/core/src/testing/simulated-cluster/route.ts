import { LEASE_MS } from './plan.ts'
import type { Process } from './process.ts'
import type { SimulatedRedis } from './simulated-redis.ts'
import type { World } from './world.ts'

/**
 * Which server a connection leads to. Each finds out for itself that another was promoted, and may fall back for a while
 * to one that still answers.
 */
export class Route {
  server: SimulatedRedis
  /** Whose connection it is. */
  readonly owner: Process
  private readonly world: World
  private news = 0

  constructor(world: World, owner: Process, server: SimulatedRedis) {
    this.world = world
    this.owner = owner
    this.server = server
  }

  /** To be told that another server is master now; `withinMs`: how long it takes to find out, at most. */
  promoted(next: SimulatedRedis, withinMs: number): void {
    const { world } = this
    const former = this.server
    const news = ++this.news
    const move = (server: SimulatedRedis, delayMs: number) =>
      world.scheduler.after(delayMs, null, () => {
        // What was planned before the latest news is void, and the dead do not answer.
        if (news === this.news && !server.dead) this.server = server
      })
    const firstMs = world.random.between(Math.ceil(withinMs / 3), withinMs)
    move(next, firstMs)
    if (!world.strikes('connection falls back', 0.3)) return
    const backMs = firstMs + world.random.between(1, LEASE_MS)
    move(former, backMs)
    move(next, backMs + world.random.between(1, LEASE_MS))
  }
}
