import { AppError } from '../errors/app-error.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { PeerTier } from '../tiers/peer-tier.ts'
import type { ReadMode } from '../tiers/read-result.ts'
import { createCacheWorld, ScriptedOrigin } from './cache-world.ts'
import { FakeLog } from './fake-log.ts'
import { FakeSharedTier } from './fake-shared-tier.ts'
import { ManualClock } from './manual-clock.ts'

type CacheWorld = ReturnType<typeof createCacheWorld>

/** Three nodes a, b and c over one log, one second tier and one origin. Who owns what, and who is dead, is the test's. */
export class PeerWorld {
  readonly clock = new ManualClock()
  readonly log = new FakeLog()
  readonly l2 = new FakeSharedTier()
  readonly origin = new ScriptedOrigin()
  /** What was forwarded, `a>b key`. */
  readonly hops: string[] = []
  readonly dead = new Set<string>()
  readonly a: CacheWorld
  readonly b: CacheWorld
  readonly c: CacheWorld
  /** The order in which nodes answer for every key, as each node sees it. */
  readonly order: Record<string, readonly string[]> = { a: ['b', 'c', 'a'], b: ['b', 'c', 'a'], c: ['b', 'c', 'a'] }
  /** Answers wait here before they arrive. */
  travel: () => Promise<void> = async () => {}
  private readonly nodes: Record<string, CacheWorld>

  constructor(policy: Partial<NamespacePolicy> = {}, isHot: (key: string) => boolean = () => false) {
    const { clock, log, l2, origin } = this
    const node = (name: string) =>
      createCacheWorld(policy, { clock, log, l2, origin }, { peers: this.peersOf(name), hotKeys: { note: isHot } })
    this.a = node('a')
    this.b = node('b')
    this.c = node('c')
    this.nodes = { a: this.a, b: this.b, c: this.c }
  }

  syncAll(): void {
    for (const node of Object.values(this.nodes)) node.sync()
  }

  private peersOf(self: string): PeerTier {
    const route = () => {
      const order = this.order[self] ?? []
      return order.slice(0, order.indexOf(self))
    }
    const node = (name: string) => {
      const found = this.nodes[name]
      if (found === undefined || this.dead.has(name)) throw new AppError('peer_unavailable', `${name} is dead`)
      return found
    }
    const forward = async (name: string, key: string, mode: ReadMode) => {
      this.hops.push(`${self}>${name} ${key}`)
      const result = await node(name).cache.readHere(key, mode)
      await this.travel()
      // It died with the answer on its way.
      node(name)
      return result
    }
    return {
      owns: () => route().length === 0,
      routeOf: route,
      ask: forward,
      askMany: async (name, keys) => {
        this.hops.push(`${self}>${name} ${keys.join(' ')}`)
        const results = await node(name).cache.readManyHere(keys)
        await this.travel()
        return results
      },
    }
  }
}
