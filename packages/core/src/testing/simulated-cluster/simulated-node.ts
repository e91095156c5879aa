import { ClusterClock } from '../../coherence/cluster-clock.ts'
import { Follower } from '../../coherence/follower.ts'
import { InvalidationIndex } from '../../coherence/invalidation-index.ts'
import { LogTail } from '../../coherence/log-tail.ts'
import type { Version } from '../../coherence/version.ts'
import type { Entry } from '../../entries/entry.ts'
import { LruStore } from '../../eviction/lru.ts'
import { Acknowledger } from '../../invalidation/acknowledger.ts'
import { Invalidator } from '../../invalidation/invalidator.ts'
import { silentEvents } from '../../tiers/cache-events.ts'
import { CacheWriter } from '../../tiers/cache-writer.ts'
import { MemorySweep } from '../../tiers/memory-sweep.ts'
import { MemoryTier } from '../../tiers/memory-tier.ts'
import { TieredCache } from '../../tiers/tiered-cache.ts'
import { ChaosLog } from './chaos-log.ts'
import { ChaosOrigin } from './chaos-origin.ts'
import { type AskedNode, ChaosPeers } from './chaos-peers.ts'
import { ChaosTier } from './chaos-tier.ts'
import type { Directory } from './directory.ts'
import type { NodeKnowledge } from './node-knowledge.ts'
import { FENCE_MS, LEASE_MS, MARGIN_MS } from './plan.ts'
import { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { Source } from './source.ts'
import type { World } from './world.ts'

/** Share of other nodes' keys, each time they are asked for, that are taken for hot. */
const HOT = 0.3

/** Where a node finds the others. */
interface Others {
  directory: Directory
  find: (name: string) => AskedNode | undefined
}

/** One cache node, composed of the real parts over a network that misbehaves. */
export class SimulatedNode {
  readonly process: Process
  readonly cache: TieredCache
  readonly writer: CacheWriter
  readonly invalidator: Invalidator
  /** One per namespace, as in a node. */
  readonly origins: ReadonlyMap<string, ChaosOrigin>
  readonly tail: LogTail
  readonly follower: Follower
  /** Redis's clock as this node sees it. */
  readonly nowMs: () => number
  /** What the checker knows that this node knows. */
  readonly knowledge: NodeKnowledge

  constructor(
    name: string,
    world: World,
    servers: Servers,
    source: Source,
    knowledge: NodeKnowledge,
    { directory, find }: Others,
  ) {
    const { plan, random, tally } = world
    const hours = random.between(-48, 48)
    const clock = new Process(name, world.scheduler.nowMs, hours * 3_600_000)
    const fenceMs = plan.replicated ? FENCE_MS : 0
    const follower = new Follower(LEASE_MS, () => new InvalidationIndex(plan.indexLimits), fenceMs)
    const store = () => new LruStore<Entry>({ maxBytes: 1e6, maxEntries: plan.l1Entries })
    const peers = new ChaosPeers(world, clock, directory, find)
    const memory = new MemoryTier(store(), { store: store(), owns: peers.owns })
    const log = new ChaosLog(world, clock, servers)
    const clusterClock = new ClusterClock(clock)
    const origins = new Map(['r', 'x'].map((namespace) => [namespace, new ChaosOrigin(world, clock, source)]))
    const nowMs = () => clusterClock.nowMs()
    const common = {
      memory,
      shared: new ChaosTier(world, clock, servers),
      follower,
      events: silentEvents,
      policyOf: plan.policyOf,
      nowMs,
    }
    const acknowledger = new Acknowledger({ members: log, clock, leaseMs: LEASE_MS, fenceMs, marginMs: MARGIN_MS })
    const memorySweep = new MemorySweep(common)
    this.process = clock
    directory.join(clock)
    this.knowledge = knowledge
    this.follower = follower
    this.origins = origins
    this.nowMs = nowMs
    this.cache = new TieredCache({
      ...common,
      peers,
      hotKeys: { note: () => random.chance(HOT) },
      originOf: (namespace) => origins.get(namespace) ?? null,
      instant: () => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }),
      monotonicMs: clock.monotonicMs,
      random: random.next,
    })
    this.writer = new CacheWriter({ ...common, log })
    this.invalidator = new Invalidator({
      log,
      acknowledger,
      local: this.writer,
      receipts: { save: async () => {}, find: async () => null },
      nowMs,
      signal: new AbortController().signal,
      onError: (error) => world.note(() => `${name} could not store a receipt: ${error}`),
    })
    this.tail = new LogTail({
      log,
      follower,
      memory,
      clock,
      clusterClock,
      leaseMs: LEASE_MS,
      indexLimits: plan.indexLimits,
      onApplied: ({ records, behind }, epoch) => {
        const { generation } = follower
        tally.add('change applied by a node', records)
        if (generation === null) return
        if (records > 0)
          world.note(() => `${name} has applied ${Number(`0x${generation}`)}.${epoch}${behind ? ' and is behind' : ''}`)
        acknowledger.observe(generation)
        knowledge.applied(generation, epoch)
      },
      onSwept: (generation, epoch) => {
        tally.add('folded after a sweep')
        memorySweep.fold(generation, epoch)
      },
      onError: (error) => world.note(() => `${name} poll failed: ${error}`),
    })
  }

  /** The version that a load must carry that begins now, for who loads by himself. */
  get version(): Version | null {
    return this.follower.version()
  }
}
