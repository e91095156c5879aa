import { LEASE_MS, STALL_MS } from './plan.ts'
import type { Process } from './process.ts'
import type { Route } from './route.ts'
import type { SimulatedRedis } from './simulated-redis.ts'
import type { World } from './world.ts'

/** One connection from a process to a server: requests and replies take their time, get lost, or are held up. */
export class Link {
  private readonly world: World
  private readonly process: Process
  private readonly name: string
  private readonly route: Route

  constructor(world: World, process: Process, name: string, route: Route) {
    this.world = world
    this.process = process
    this.name = name
    this.route = route
  }

  /** Runs `serve` at the server. Rejects when request or reply was lost, or with the server's own error. */
  call<T>(what: string, serve: (server: SimulatedRedis) => T | Promise<T>): Promise<T> {
    const { world, process } = this
    const { scheduler, random } = world
    const { server } = this.route
    return new Promise((resolve, reject) => {
      const give = (delayMs: number, end: () => void) => scheduler.after(delayMs, process, end)
      const fail = (delayMs: number, why: string) => {
        world.note(() => `${process.name} ${what}: ${why}`)
        give(delayMs, () => reject(new Error(`${this.name}: ${why}`)))
      }
      if (!server.reachable) return fail(1, 'connection refused')
      if (world.strikes('lost request', 0.1)) return fail(STALL_MS, 'request lost')
      scheduler.after(random.between(1, 5), null, () => {
        // A reply that the network has taken still arrives when the server goes away after it.
        if (!server.reachable) return fail(1, 'connection lost')
        const replyLost = world.strikes('lost reply', 0.1)
        const replyMs = world.strikes('held reply', 0.1) ? random.between(20, 3 * LEASE_MS) : random.between(1, 5)
        const answer = (value: T) => (replyLost ? fail(STALL_MS, 'reply lost') : give(replyMs, () => resolve(value)))
        const refuse = (error: unknown) => give(replyMs, () => reject(error))
        attempt(() => serve(server)).then(answer, refuse)
      })
    })
  }
}

async function attempt<T>(serve: () => T | Promise<T>): Promise<T> {
  return serve()
}
