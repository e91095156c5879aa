import { quantileUs } from '@freshet/core/metrics/histogram'
import type { Stretch } from '../clients/steady-traffic.ts'
import type { Phase } from '../membership/run-membership.ts'
import { hitRatio } from '../oracle/tally.ts'

const number = (n: number) => Math.round(n).toLocaleString('en')
const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

/** What a change of the cluster came to, as lines. */
export function describePhase({ name, stretch, nodes: [before, after], moved, agreedMs }: Phase): string[] {
  const share = 1 / Math.max(before, after)
  const change = before === after ? '' : `, ${before} to ${after} nodes, all of them agreed after ${seconds(agreedMs)}`
  return [
    `${name}${change}`,
    ...describeStretch(stretch),
    `  keys moved    ${percent(moved)}${before === after ? '' : ` (${(moved / share).toFixed(2)} of a node's share)`}`,
  ]
}

export function describeStretch({ ms, meter, answers, loads, ...rest }: Stretch): string[] {
  const latency = meter.latency.snapshot()
  const atMs = (q: number) => `${((quantileUs(latency, q) ?? 0) / 1_000).toFixed(1)} ms`
  const {
    acknowledged,
    byLease,
    refused,
    longestWithoutFreshMs,
    longestWithoutHitMs,
    longestWithoutAcknowledgementMs,
  } = rest
  return [
    `  reads         ${number(meter.reads)} in ${seconds(ms)}: ${number(meter.fresh)} fresh, ${number(meter.failures)} failed, ${number(meter.retried)} tried again at another node; ${percent(meter.fromPeers / Math.max(1, meter.reads))} from another node's memory`,
    `  latency       p50 ${atMs(0.5)}, p99 ${atMs(0.99)}, at most ${atMs(1)}; ${seconds(longestWithoutFreshMs)} at most without any fresh answer, ${seconds(longestWithoutHitMs)} without one from cache`,
    `  hit ratio     ${percent(hitRatio(answers))}, ${number(loads)} loads at the origin (${(loads / (ms / 1_000)).toFixed(0)}/s)`,
    `  invalidations ${number(acknowledged)} acknowledged (${number(byLease)} by lease), ${number(refused)} refused or unanswered; ${seconds(longestWithoutAcknowledgementMs)} at most without any`,
    ...meter.failureTexts.map((text) => `  FAILED        ${text}`),
  ]
}
