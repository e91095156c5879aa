import { ClusterClock } from '../../coherence/cluster-clock.ts'
import { Follower } from '../../coherence/follower.ts'
import { InvalidationIndex } from '../../coherence/invalidation-index.ts'
import { LogTail } from '../../coherence/log-tail.ts'
import type { Entry } from '../../entries/entry.ts'
import { LruStore } from '../../eviction/lru.ts'
import { silentEvents } from '../../tiers/cache-events.ts'
import { CacheWriter } from '../../tiers/cache-writer.ts'
import { MemoryTier } from '../../tiers/memory-tier.ts'
import { TieredCache } from '../../tiers/tiered-cache.ts'
import { ChaosLog } from './chaos-log.ts'
import { ChaosOrigin } from './chaos-origin.ts'
import { ChaosTier } from './chaos-tier.ts'
import type { NodeKnowledge } from './checker.ts'
import { LEASE_MS } from './plan.ts'
import { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** One cache node, composed of the real parts over a network that misbehaves. */
export class SimulatedNode {
  readonly process: Process
  readonly cache: TieredCache
  readonly writer: CacheWriter
  /** One per namespace, as in a node. */
  readonly origins: ReadonlyMap<string, ChaosOrigin>
  readonly tail: LogTail
  readonly follower: Follower
  /** What the checker knows that this node knows. */
  readonly knowledge: NodeKnowledge

  constructor(name: string, world: World, servers: Servers, knowledge: NodeKnowledge) {
    const { plan, random } = world
    const hours = random.between(-48, 48)
    const clock = new Process(name, world.scheduler.nowMs, hours * 3_600_000)
    const follower = new Follower(LEASE_MS, () => new InvalidationIndex({ maxKeys: plan.indexKeys, buckets: 2 }))
    const memory = new MemoryTier(new LruStore<Entry>({ maxBytes: 1e6, maxEntries: plan.l1Entries }))
    const log = new ChaosLog(world, clock, servers)
    const clusterClock = new ClusterClock(clock)
    const origins = new Map(['r', 'x'].map((namespace) => [namespace, new ChaosOrigin(world, clock, servers)]))
    const common = {
      memory,
      shared: new ChaosTier(world, clock, servers),
      follower,
      events: silentEvents,
      policyOf: plan.policyOf,
      nowMs: () => clusterClock.nowMs(),
    }
    this.process = clock
    this.knowledge = knowledge
    this.follower = follower
    this.origins = origins
    this.cache = new TieredCache({
      ...common,
      originOf: (namespace) => origins.get(namespace) ?? null,
      instant: () => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }),
      monotonicMs: clock.monotonicMs,
      random: random.next,
    })
    this.writer = new CacheWriter({ ...common, log })
    this.tail = new LogTail({
      log,
      follower,
      memory,
      clock,
      clusterClock,
      leaseMs: LEASE_MS,
      onApplied: ({ records, behind }, epoch) => {
        const { generation } = follower
        world.tally.add('change applied by a node', records)
        if (records > 0)
          world.note(() => `${name} has applied ${Number(generation)}.${epoch}${behind ? ' and is behind' : ''}`)
        if (generation !== null) knowledge.applied(generation, epoch)
      },
      onError: (error) => world.note(() => `${name} poll failed: ${error}`),
    })
  }
}
