import { setTimeout as sleep } from 'node:timers/promises'
import type { LabCluster } from '../cluster/lab-cluster.ts'
import { KINDS, makeLanes } from '../faults/catalogue.ts'
import { Injector } from '../faults/injector.ts'
import type { AckTally } from '../oracle/ack-tally.ts'
import { countOf, type ReadCounts, since } from '../oracle/tally.ts'
import type { AsideClients } from '../workload/aside-clients.ts'
import type { Random } from '../workload/random.ts'
import { Traffic, type TrafficOptions } from '../workload/traffic.ts'
import { GenerationWatch } from './generation-watch.ts'

export interface ChaosOptions {
  traffic: TrafficOptions
  /** Checked reads, at least. */
  reads: number
  /** How often each kind of fault must strike, at least. */
  faultsOfEachKind: number
  /** Acknowledgements for which a lease had to run out, at least: it takes a fault at the right moment. */
  acksByLease: number
  /** See `makeLanes`. */
  serverRestLeases: number
  /** How long traffic runs without faults, before the first and after the last, milliseconds. */
  calmMs: number
  /** After so much time it ends, whatever was reached, milliseconds. */
  limitMs: number
}

export interface ChaosResult {
  before: ReadCounts
  during: ReadCounts
  after: ReadCounts
  acks: AckTally
  aside: Pick<AsideClients, 'leases' | 'filled' | 'fenced'>
  struck: ReadonlyMap<string, number>
  /** Faults that could not be brought about. */
  failures: readonly string[]
  /** Generations of the log that nodes were seen in, beyond the first. */
  generationChanges: number
  /** Longest stretch without a value, from any node and from the worst one. */
  longestGapMs: number
  longestNodeGapMs: number
  /** From the last fault until every node was coherent; null: that did not happen. */
  recoveryMs: number | null
  /** Why not, in the nodes' own words. */
  unrecovered: string
  tookMs: number
}

/** Traffic and faults, until there was enough of both. */
export async function runChaos(
  cluster: LabCluster,
  random: Random,
  options: ChaosOptions,
  onProgress: (reads: ReadCounts, faults: number) => void = () => {},
): Promise<ChaosResult> {
  const { oracle } = cluster
  const startedMs = performance.now()
  const watch = new GenerationWatch(cluster.nodes)
  const traffic = new Traffic(cluster, random)
  const injector = new Injector({ cluster, random })
  traffic.start(options.traffic)
  try {
    await sleep(options.calmMs)
    const before = { ...oracle.reads }
    injector.start(makeLanes(options.serverRestLeases))
    while (!isEnough() && performance.now() - startedMs < options.limitMs) {
      await sleep(100)
      onProgress(oracle.reads, sumOf(injector.struck))
    }
    await injector.stop()
    const stormed = { ...oracle.reads }
    const calmFromMs = performance.now()
    const unrecovered = await cluster.settle().then(
      () => '',
      (error: Error) => error.message,
    )
    const recoveryMs = unrecovered === '' ? performance.now() - calmFromMs : null
    const recovered = { ...oracle.reads }
    await sleep(options.calmMs)
    const nowMs = performance.now()
    return {
      before,
      during: since(before, stormed),
      after: since(recovered, oracle.reads),
      acks: traffic.changer.tally,
      aside: traffic.aside,
      struck: injector.struck,
      failures: injector.failures,
      generationChanges: watch.seen - 1,
      longestGapMs: oracle.gaps.longestMs(nowMs),
      longestNodeGapMs: Math.max(...[...oracle.gapsOf.values()].map((gaps) => gaps.longestMs(nowMs))),
      recoveryMs,
      unrecovered,
      tookMs: nowMs - startedMs,
    }
  } finally {
    await injector.stop()
    await traffic.stop()
    await watch.stop()
  }

  function isEnough(): boolean {
    const { acknowledged, refused } = traffic.changer.tally
    return (
      countOf(oracle.reads) >= options.reads &&
      injector.hasStruck(KINDS, options.faultsOfEachKind) &&
      acknowledged.lease >= options.acksByLease &&
      refused > 0
    )
  }
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
