import { quantileUs } from '@freshet/core/metrics/histogram'
import { OPERATIONS } from './operation.ts'
import type { Tally } from './tally.ts'

const SHOWN_STALE = 5

/** The figures of a run, for programs. */
export function figuresOf(tally: Tally, seconds: number) {
  const operations = OPERATIONS.map((operation) => {
    const snapshot = tally.latency[operation].snapshot()
    const ms = (quantile: number) => {
      const us = quantileUs(snapshot, quantile)
      return us === null ? null : us / 1_000
    }
    return { operation, count: snapshot.count, p50Ms: ms(0.5), p99Ms: ms(0.99), p999Ms: ms(0.999) }
  })
  return {
    seconds,
    requests: tally.total,
    perSecond: tally.total / seconds,
    operations,
    hitRatio: tally.hitRatio,
    sources: Object.fromEntries(tally.sources),
    errors: Object.fromEntries(tally.errors),
    leftOut: tally.leftOut,
    markedStale: tally.markedStale,
    unsettled: tally.unsettled,
    staleReads: tally.stale.length,
  }
}

export type Figures = ReturnType<typeof figuresOf>

/** The figures of a run, for people. */
export function printFigures(figures: Figures, tally: Tally): string {
  const ms = (value: number | null) => (value === null ? '-' : value.toFixed(2)).padStart(10)
  const rows = figures.operations
    .filter(({ count }) => count > 0)
    .map(
      ({ operation, count, p50Ms, p99Ms, p999Ms }) =>
        `${operation.padEnd(12)}${String(count).padStart(9)}${ms(p50Ms)}${ms(p99Ms)}${ms(p999Ms)}`,
    )
  const hits = figures.hitRatio === null ? 'no reads' : `${(figures.hitRatio * 100).toFixed(1)}%`
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none'
  const stale = tally.stale
    .slice(0, SHOWN_STALE)
    .map(
      ({ key, served, acknowledged, source }) =>
        `  ${key}: version ${served} from ${source}, ${acknowledged} was acknowledged`,
    )
  return [
    `${figures.requests} requests in ${figures.seconds.toFixed(1)} s, ${figures.perSecond.toFixed(0)} per second`,
    '',
    `operation       count    p50 ms    p99 ms  p99.9 ms`,
    ...rows,
    '',
    `hit ratio       ${hits} (${list(figures.sources)})`,
    `errors          ${list(figures.errors)}${figures.leftOut > 0 ? `; left out ${figures.leftOut}` : ''}`,
    `marked stale    ${figures.markedStale}`,
    `not settled     ${figures.unsettled}`,
    `stale reads     ${figures.staleReads}`,
    ...stale,
  ].join('\n')
}
