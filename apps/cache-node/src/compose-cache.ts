import type { Clock } from '@freshet/core/clock'
import type { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import type { Follower, Instant } from '@freshet/core/coherence/follower'
import type { AppendLog } from '@freshet/core/coherence/log'
import type { Entry } from '@freshet/core/entries/entry'
import { storeCreatorOf } from '@freshet/core/eviction/make-store'
import { BoundedSharedTier } from '@freshet/core/tiers/bounded-shared-tier'
import { CacheWriter } from '@freshet/core/tiers/cache-writer'
import { GuardedSharedTier } from '@freshet/core/tiers/guarded-shared-tier'
import { HotKeys } from '@freshet/core/tiers/hot-keys'
import { MemorySettling } from '@freshet/core/tiers/memory-settling'
import { MemorySweep } from '@freshet/core/tiers/memory-sweep'
import { MemoryTier } from '@freshet/core/tiers/memory-tier'
import type { PeerTier } from '@freshet/core/tiers/peer-tier'
import type { SharedTier } from '@freshet/core/tiers/tier'
import { TieredCache } from '@freshet/core/tiers/tiered-cache'
import type { ControlState } from './control-state.ts'
import type { NodeEnv } from './env.ts'
import type { Recorder } from './metrics/recorder.ts'
import type { OriginRegistry } from './origins/origin-registry.ts'

/** Entries of a guest store for each byte that it may hold: as many as the main store has. */
const guestEntries = (env: NodeEnv) =>
  Math.max(1, Math.round((env.FRESHET_L1_MAX_ENTRIES * env.FRESHET_HOT_MAX_BYTES) / env.FRESHET_L1_MAX_BYTES))

/** What may wait for L2: lookups of a hundred of the largest batches, and as many bytes as eight of the largest values. */
const L2_BOUNDS = { maxKeys: 100_000, maxPutBytes: 64 * 1024 * 1024 }
/**
 * L2 is left alone after five lookups in a row that failed or took too long. Not for long: those of one hiccup fail together,
 * and then all misses go to origins; a probe costs one reader the limit.
 */
const L2_BREAKER = { failuresToOpen: 5, openMs: 250 }

/** How long the ring must stand still before memory follows it. */
const SETTLE_AFTER_MS = 10_000

export interface CacheParts {
  env: NodeEnv
  clock: Clock
  clusterClock: ClusterClock
  follower: Follower
  log: AppendLog
  shared: SharedTier
  peers: PeerTier
  control: ControlState
  origins: OriginRegistry
  recorder: Recorder
  instant: () => Instant
}

/** The tiers and what reads, writes, sweeps and settles them. */
export function composeCache(parts: CacheParts) {
  const { env, clock, clusterClock, follower, log, shared, peers, control, origins, recorder, instant } = parts
  const limits = { maxBytes: env.FRESHET_L1_MAX_BYTES, maxEntries: env.FRESHET_L1_MAX_ENTRIES }
  const guestLimits = { maxBytes: env.FRESHET_HOT_MAX_BYTES, maxEntries: guestEntries(env) }
  const createStore = storeCreatorOf(env.FRESHET_L1_POLICY)
  const onEvict = () => recorder.evictions++
  const memory = new MemoryTier(createStore<Entry>(limits, onEvict), {
    store: createStore<Entry>(guestLimits, onEvict),
    owns: peers.owns,
  })
  const nowMs = () => clusterClock.nowMs()
  const bounded = new BoundedSharedTier(shared, L2_BOUNDS)
  const guarded = new GuardedSharedTier(bounded, { ...L2_BREAKER, lookupMs: env.FRESHET_L2_TIMEOUT_MS }, clock)
  const common = { memory, shared: guarded, follower, events: recorder, policyOf: control.policyOf, nowMs }
  const cache = new TieredCache({
    ...common,
    peers,
    hotKeys: new HotKeys(env.FRESHET_HOT_READS_PER_S, clock.monotonicMs),
    originOf: (namespace) => origins.originOf(control.policyOf(namespace).name),
    instant,
    monotonicMs: clock.monotonicMs,
    random: Math.random,
  })
  return {
    memory,
    shared: guarded,
    limits: {
      maxBytes: limits.maxBytes + guestLimits.maxBytes,
      maxEntries: limits.maxEntries + guestLimits.maxEntries,
    },
    cache,
    // Whoever writes under a condition must know what is there, however long that takes.
    writer: new CacheWriter({ ...common, shared: bounded, log }),
    memorySweep: new MemorySweep(common),
    settling: new MemorySettling(memory, SETTLE_AFTER_MS),
  }
}
