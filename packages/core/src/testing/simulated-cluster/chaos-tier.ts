import type { Version } from '../../coherence/version.ts'
import type { Entry } from '../../entries/entry.ts'
import { AppError } from '../../errors/app-error.ts'
import { type Lookup, lookupOf, type PutOptions, type SharedTier } from '../../tiers/tier.ts'
import { Link } from './link.ts'
import type { Process } from './process.ts'
import type { Effect } from './redis-state.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** The second tier as a process reaches it. What travels is a copy, as bytes are. */
export class ChaosTier implements SharedTier {
  private readonly world: World
  private readonly link: Link

  constructor(world: World, process: Process, servers: Servers) {
    this.world = world
    this.link = new Link(world, process, 'L2', servers.tierRoute(process))
  }

  async get(key: string): Promise<Lookup> {
    const [lookup] = await this.getMany([key])
    return lookup ?? { state: 'miss' }
  }

  getMany(keys: readonly string[]): Promise<Lookup[]> {
    return reached(
      this.link.call('L2 get', (server) =>
        server.peek(({ tier }) =>
          keys.map((key) => {
            const entry = tier.held.get(key)
            return lookupOf(entry && { ...entry })
          }),
        ),
      ),
    )
  }

  put(key: string, entry: Entry, options: PutOptions): Promise<boolean> {
    const sent = { ...entry }
    return this.write('L2 put', ({ tier }) => tier.put(key, sent, options))
  }

  async remove(keys: readonly string[], version: Version): Promise<void> {
    if (!this.world.strikes('lost L2 delete', 1))
      await this.write('L2 remove', ({ tier }) => tier.remove(keys, version))
  }

  /** All keys, for a sweep. */
  keys(): Promise<string[]> {
    return reached(this.link.call('L2 scan', (server) => server.peek(({ tier }) => [...tier.held.keys()])))
  }

  /** Puts what a sweep has decided (null: nothing) in the place of what it has seen, if that still lies there. */
  settle(key: string, seen: Entry, next: Entry | null): Promise<boolean> {
    return this.write('L2 settle', async ({ tier }) => {
      const held = tier.held.get(key)
      if (held === undefined || !isSame(held, seen)) return false
      if (next === null) tier.held.delete(key)
      else tier.held.set(key, next)
      return true
    })
  }

  private write<T>(what: string, effect: Effect<Promise<T>>): Promise<T> {
    return reached(this.link.call(what, (server) => server.write(effect)))
  }
}

function isSame(held: Entry, seen: Entry): boolean {
  const { generation, epoch } = seen.version
  return held.version.generation === generation && held.version.epoch === epoch && held.stamp === seen.stamp
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new AppError('store_unavailable', 'the second tier could not be reached', {}, { cause })
  }
}
