import { ClusterClock } from '../coherence/cluster-clock.ts'
import { Follower } from '../coherence/follower.ts'
import type { Entry } from '../entries/entry.ts'
import { LruStore } from '../eviction/lru.ts'
import type { Origin, OriginReply, OriginValue } from '../origins/origin.ts'
import { NamespacePolicy } from '../policy/namespace-policy.ts'
import { silentEvents } from '../tiers/cache-events.ts'
import { CacheWriter } from '../tiers/cache-writer.ts'
import { MemoryTier } from '../tiers/memory-tier.ts'
import { TieredCache, type TieredCacheDeps } from '../tiers/tiered-cache.ts'
import { FakeLog } from './fake-log.ts'
import { FakeSharedTier } from './fake-shared-tier.ts'
import { ManualClock } from './manual-clock.ts'

export const LEASE_MS = 2_000

/** An origin whose answers a test holds in its hand. */
export class ScriptedOrigin implements Origin {
  /** Keys asked for, in order; a batch counts as one call. */
  readonly calls: string[][] = []
  /** What the origin holds now; read when a load ends, as a database does. */
  readonly rows = new Map<string, string>()
  error: Error | null = null
  reply: Partial<OriginValue> = {}
  private gate: Promise<void> | null = null
  private open: (() => void) | null = null

  /** Loads begun from now on wait until `release`. */
  hold(): void {
    this.gate = new Promise((resolve) => {
      this.open = resolve
    })
  }

  release(): void {
    this.open?.()
    this.gate = null
  }

  async load(key: string): Promise<OriginReply> {
    this.calls.push([key])
    return this.answer(key)
  }

  async loadMany(keys: readonly string[]): Promise<Map<string, OriginReply | Error>> {
    this.calls.push([...keys])
    const answers = await Promise.all(keys.map((key) => this.answer(key)))
    return new Map(keys.map((key, i) => [key, answers[i] ?? new Error('unreachable')]))
  }

  status() {
    return { breaker: 'closed' as const, inFlight: 0, queued: 0 }
  }

  async close(): Promise<void> {}

  /** The row is read first and the answer comes later: the gap in which an invalidation makes it old. */
  private async answer(key: string): Promise<OriginReply> {
    const row = this.rows.get(key)
    const { error } = this
    await this.gate
    if (error !== null) throw error
    if (row === undefined) return { kind: 'absent', maxAgeMs: null, noStore: false }
    return {
      kind: 'found',
      body: Buffer.from(row),
      contentType: 'text/plain',
      etag: null,
      tags: [],
      maxAgeMs: null,
      swrMs: null,
      sieMs: null,
      noStore: false,
      ...this.reply,
    }
  }
}

/** One node over a log, a second tier and an origin that tests control; nodes may share log, tier and origin. */
export function createCacheWorld(
  policy: Partial<NamespacePolicy> = {},
  shared: Partial<ReturnType<typeof parts>> = {},
  others: Pick<TieredCacheDeps, 'peers' | 'hotKeys'> = {},
) {
  const { clock, log, l2, origin } = { ...parts(), ...shared }
  const rules = NamespacePolicy.parse({
    name: 'default',
    ttlMs: 1_000,
    swrMs: 500,
    sieMs: 5_000,
    negativeTtlMs: 200,
    jitterRatio: 0,
    origin: { url: 'http://origin.test/{key}', deadlineMs: 1_000, softTimeoutMs: 20 },
    ...policy,
  })
  const follower = new Follower(LEASE_MS)
  const room = () => new LruStore<Entry>({ maxBytes: 1e6, maxEntries: 1_000 })
  const memory = new MemoryTier(room(), others.peers ? { store: room(), owns: others.peers.owns } : null)
  const clusterClock = new ClusterClock(clock)
  const nowMs = () => clusterClock.nowMs()
  const common = { memory, shared: l2, follower, events: silentEvents, policyOf: () => rules, nowMs }
  const cache = new TieredCache({
    ...common,
    ...others,
    originOf: () => (rules.origin === null ? null : origin),
    instant: clock.instant,
    monotonicMs: clock.monotonicMs,
    random: () => 0,
  })
  const writer = new CacheWriter({ ...common, log })
  /** Follows the log to its tail, as the node does at every doorbell. */
  const sync = () => {
    for (;;) {
      const applied = follower.apply(log.read(follower.applied), clock.instant())
      const generation = follower.generation ?? ''
      for (const { key, epoch } of applied.drops) memory.dropOlder(key, { generation, epoch })
      if (!applied.behind) return
    }
  }
  sync()
  return { clock, log, l2, origin, follower, memory, cache, writer, sync, policy: rules }
}

function parts() {
  return { clock: new ManualClock(), log: new FakeLog(), l2: new FakeSharedTier(), origin: new ScriptedOrigin() }
}

/** The value of an answer as text, with what a reader would want to know about it. */
export function tell(result: Awaited<ReturnType<TieredCache['read']>>): string {
  if (result.kind === 'miss') return `miss ${result.reason}`
  const missed = result.missed === null ? '' : ` (${result.missed})`
  const stale = result.stale === null ? '' : ` stale:${result.stale}`
  if (result.kind === 'absent') return `absent from ${result.source}${stale}${missed}`
  return `${result.entry.body} from ${result.source}${stale}${missed}`
}

/** Lets what is under way go on for so many turns of the microtask queue: as far as it comes without a timer. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve()
}
