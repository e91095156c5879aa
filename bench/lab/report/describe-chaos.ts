import { quantileUs } from '@freshet/core/metrics/histogram'
import type { ChaosResult } from '../chaos/chaos.ts'
import { countOf, freshOf, hitRatio, type ReadCounts } from '../oracle/tally.ts'

const number = (n: number) => Math.round(n).toLocaleString('en')
const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

/** What a chaos run came to, as lines. */
export function describeChaos(result: ChaosResult): string[] {
  const { before, during, after, acks, aside } = result
  const all = [before, during, after]
  const sum = (of: (counts: ReadCounts) => number) => number(all.reduce((total, counts) => total + of(counts), 0))
  const latency = acks.latency.snapshot()
  const atMs = (q: number) => `${((quantileUs(latency, q) ?? 0) / 1_000).toFixed(1)} ms`
  const widest = Math.max(...[...result.struck.keys()].map((kind) => kind.length))
  return [
    `reads checked     ${sum(countOf)}: ${sum(freshOf)} fresh (${sum((c) => c.hits)} from cache), ${sum((c) => c.stale)} marked stale, ${sum((c) => c.absent)} not there, ${sum((c) => c.refused)} refused, ${sum((c) => c.failed)} without answer`,
    `hit ratio         ${percent(hitRatio(before))} before, ${percent(hitRatio(during))} during, ${percent(hitRatio(after))} after`,
    `acknowledgements  ${number(acks.acknowledged.members)} by all members, ${number(acks.acknowledged.lease)} by lease, ${number(acks.acknowledged.unsaid)} by either (${number(acks.later)} after 202), ${number(acks.refused)} refused, ${number(acks.failed)} without answer; p50 ${atMs(0.5)}, p99 ${atMs(0.99)}`,
    `cache-aside       ${number(aside.leases)} leases, ${number(aside.filled)} fills taken, ${number(aside.fenced)} fenced`,
    `generations       ${number(result.generationChanges)} changes`,
    `unavailable       ${seconds(result.longestGapMs)} at most; a single node ${seconds(result.longestNodeGapMs)}`,
    `recovered         ${result.recoveryMs === null ? 'no' : `${seconds(result.recoveryMs)} after the last fault`}`,
    'faults',
    ...[...result.struck].sort().map(([kind, times]) => `  ${kind.padEnd(widest)}  ${number(times).padStart(5)}`),
    ...(result.failures.length > 0 ? [`  not brought about: ${result.failures.length} (${result.failures[0]})`] : []),
    `took              ${seconds(result.tookMs)}`,
  ]
}
