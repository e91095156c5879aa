import type { Clock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower, type Instant } from '@freshet/core/coherence/follower'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import type { LogTail } from '@freshet/core/coherence/log-tail'
import type { Entry } from '@freshet/core/entries/entry'
import { LruStore } from '@freshet/core/eviction/lru'
import { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { Random } from '@freshet/core/testing/simulated-cluster/random'
import { Scheduler } from '@freshet/core/testing/simulated-cluster/scheduler'
import { MemoryTier } from '@freshet/core/tiers/memory-tier'
import { percentile } from '../../harness/statistics.ts'
import type { RedisCosts } from '../redis/redis-costs.ts'
import { ModelledLog } from './modelled-log.ts'

export interface Case {
  nodes: number
  /** Appends a second, through nodes at random, each waited for by its caller (`wait: all`). */
  appends: number
  /** See `ModelledLog`. */
  bellSpacingMs: number
  /** The log's tail as nodes run it, or with another spacing of polls. */
  makeTail: typeof LogTail
}

export interface PollingFigures {
  pollsPerSecond: number
  looksPerSecond: number
  /** Share of the server's one thread. */
  busy: number
  bytesPerSecond: number
  /** From the append until the last node had applied it, milliseconds; infinite when it had not in the end. */
  appliedMs: { p50: number; p99: number }
  /** From the append's answer until the acknowledgement. */
  acknowledgedMs: { p50: number; p99: number }
  /** Share of nodes, sampled, that had a lease. */
  coherent: number
}

const LEASE_MS = 2_000
const MARGIN_MS = 100
/** One way. */
const NETWORK_MS = 0.1
/** Longer than the guard on acknowledgements in a young generation. */
const WARM_UP_MS = LEASE_MS + MARGIN_MS + LEASE_MS / 2
const MEASURED_MS = 3_000
const SAMPLE_MS = 50
/** One bucket: what an index costs is measured elsewhere, and a thousand of the usual size would not fit here. */
const TINY_INDEX = { buckets: 1, maxPatterns: 1, maxNamespaces: 1 }

/** Runs real log tails, followers and acknowledgers over a server that takes as long as Redis does, in simulated time. */
export function simulate(given: Case, costs: RedisCosts): Promise<PollingFigures> {
  const scheduler = new Scheduler()
  return scheduler.withTimers(() => run(given, costs, scheduler))
}

async function run(given: Case, costs: RedisCosts, scheduler: Scheduler): Promise<PollingFigures> {
  const { bellSpacingMs } = given
  const log = new ModelledLog({ scheduler, costs, networkMs: NETWORK_MS, leaseMs: LEASE_MS, bellSpacingMs })
  const random = new Random(1)
  const clock: Clock = { monotonicMs: scheduler.nowMs, wallMs: scheduler.nowMs }
  const instant = (): Instant => ({ monotonicMs: scheduler.nowMs(), wallMs: scheduler.nowMs() })
  const appendedMs = new Map<number, number>()
  const appliedBy = new Map<number, number>()
  const appliedMs: number[] = []
  const acknowledgedMs: number[] = []

  const nodes = Array.from({ length: given.nodes }, (_, i) => {
    const link = log.of(`node-${i}`)
    const follower = new Follower(LEASE_MS, () => new InvalidationIndex(TINY_INDEX))
    const acknowledger = new Acknowledger({ members: link, clock, leaseMs: LEASE_MS, fenceMs: 0, marginMs: MARGIN_MS })
    let applied = 0
    const tail = new given.makeTail({
      log: link,
      follower,
      memory: new MemoryTier(new LruStore<Entry>({ maxBytes: 1, maxEntries: 1 })),
      clock,
      clusterClock: new ClusterClock(clock),
      leaseMs: LEASE_MS,
      onApplied: (_, epoch) => {
        if (follower.generation !== null) acknowledger.observe(follower.generation)
        while (applied < epoch) noteApplied(++applied)
      },
      onSwept: () => {},
      onError: (error) => {
        throw error
      },
    })
    // Nodes do not start in the same instant, so that their timers do not fire together either.
    scheduler.after(random.between(0, LEASE_MS / 4), null, () => void tail.start())
    return { link, follower, acknowledger }
  })

  function noteApplied(epoch: number): void {
    const count = (appliedBy.get(epoch) ?? 0) + 1
    appliedBy.set(epoch, count)
    const atMs = appendedMs.get(epoch)
    if (count === given.nodes && atMs !== undefined) appliedMs.push(scheduler.nowMs() - atMs)
  }

  async function invalidate({ link, acknowledger }: (typeof nodes)[number], i: number): Promise<void> {
    const sentMs = scheduler.nowMs()
    const version = await link.append({ kind: 'keys', keys: [`catalogue:item:${i}`] })
    appendedMs.set(version.epoch, sentMs)
    await acknowledger.acknowledge(version)
    acknowledgedMs.push(scheduler.nowMs() - sentMs)
  }

  await scheduler.pass(WARM_UP_MS)
  const before = { polls: log.polls, looks: log.looks, busyMs: log.server.busyMs, bytes: log.bytesOut }
  const appends = Math.max(3, Math.round((given.appends * MEASURED_MS) / 1_000))
  for (let i = 0; i < appends; i++)
    scheduler.after(random.next() * MEASURED_MS, null, () => {
      const node = nodes[Math.floor(random.next() * nodes.length)]
      if (node !== undefined) void invalidate(node, i)
    })
  let coherent = 0
  for (let passedMs = 0; passedMs < MEASURED_MS; passedMs += SAMPLE_MS) {
    await scheduler.pass(SAMPLE_MS)
    for (const { follower } of nodes) if (follower.state(instant()) === 'coherent') coherent++
  }
  const seconds = MEASURED_MS / 1_000
  const figures = {
    pollsPerSecond: (log.polls - before.polls) / seconds,
    looksPerSecond: (log.looks - before.looks) / seconds,
    busy: Math.min(1, (log.server.busyMs - before.busyMs) / MEASURED_MS),
    bytesPerSecond: (log.bytesOut - before.bytes) / seconds,
    coherent: coherent / nodes.length / (MEASURED_MS / SAMPLE_MS),
  }
  // Those that came last get the time that they may take.
  await scheduler.pass(LEASE_MS / 2)
  return { ...figures, appliedMs: delays(appliedMs, appends), acknowledgedMs: delays(acknowledgedMs, appends) }
}

/** Those that never came count as endless. */
function delays(came: readonly number[], expected: number): { p50: number; p99: number } {
  const missing = Array.from({ length: Math.max(0, expected - came.length) }, () => Number.POSITIVE_INFINITY)
  const all = [...came, ...missing]
  return { p50: percentile(all, 0.5), p99: percentile(all, 0.99) }
}
