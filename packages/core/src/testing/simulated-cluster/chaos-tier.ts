import type { Version } from '../../coherence/version.ts'
import type { Entry } from '../../entries/entry.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Lookup, PutOptions, SharedTier } from '../../tiers/tier.ts'
import { Link } from './link.ts'
import type { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** The second tier as a node reaches it. */
export class ChaosTier implements SharedTier {
  private readonly world: World
  private readonly tier: SharedTier
  private readonly link: Link

  constructor(world: World, process: Process, servers: Servers) {
    this.world = world
    this.tier = servers.tier
    this.link = new Link(world, process, 'L2', () => servers.tierDown)
  }

  get(key: string): Promise<Lookup> {
    return this.call('L2 get', () => this.tier.get(key))
  }

  getMany(keys: readonly string[]): Promise<Lookup[]> {
    return this.call('L2 getMany', () => this.tier.getMany(keys))
  }

  put(key: string, entry: Entry, options: PutOptions): Promise<boolean> {
    return this.call('L2 put', () => this.tier.put(key, entry, options))
  }

  async remove(key: string, version: Version): Promise<void> {
    if (!this.world.strikes('lost L2 delete', 1)) await this.call('L2 remove', () => this.tier.remove(key, version))
  }

  private async call<T>(what: string, serve: () => Promise<T>): Promise<T> {
    try {
      return await this.link.call(what, serve)
    } catch (cause) {
      throw new AppError('store_unavailable', 'the second tier could not be reached', {}, { cause })
    }
  }
}
