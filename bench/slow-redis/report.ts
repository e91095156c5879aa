import type { Measurement } from '../harness/load-generator.ts'
import { markdownTable } from '../harness/markdown-table.ts'
import { median, percentile } from '../harness/statistics.ts'
import { KINDS, type OtherAnswer } from './other-traffic.ts'

/** One measurement of one round. */
export interface Sample {
  delayMs: number
  hits: Measurement
  others: readonly OtherAnswer[]
  /** Share of a core that the node used, for hits and all else. */
  cores: number
  /** Connections to Redis that the node opened meanwhile. */
  reconnects: number
  rssMiB: number
  state: string
}

/** p99 of hits at a delay as a multiple of the same round's quiet one; the median of the rounds. */
export function slowdownOf(delayMs: number, rounds: readonly (readonly Sample[])[]): number {
  const p99 = (samples: readonly Sample[], wanted: number) =>
    samples.find((sample) => sample.delayMs === wanted)?.hits.p99 ?? Number.NaN
  return median(rounds.map((samples) => p99(samples, delayMs) / p99(samples, 0)))
}

export function renderReport(delaysMs: readonly number[], rounds: readonly (readonly Sample[])[]): string {
  const rows = delaysMs.map((delayMs) => {
    const samples = rounds.flat().filter((sample) => sample.delayMs === delayMs)
    const ms = (field: 'p50' | 'p99' | 'p999') => (median(samples.map(({ hits }) => hits[field])) / 1_000).toFixed(2)
    const others = KINDS.map((kind) =>
      describeOthers(samples.flatMap((sample) => sample.others.filter((one) => one.kind === kind))),
    )
    return [
      delayMs === 0 ? 'quiet' : `${delayMs} ms`,
      ...[ms('p50'), ms('p99'), ms('p999'), slowdownOf(delayMs, rounds).toFixed(2)],
      median(samples.map(({ cores }) => cores)).toFixed(2),
      ...others,
      String(Math.max(...samples.map(({ reconnects }) => reconnects))),
      Math.max(...samples.map(({ rssMiB }) => rssMiB)).toFixed(0),
      [...new Set(samples.map(({ state }) => state))].join(', '),
    ]
  })
  const head = ['answers of Redis', 'hits p50 ms', 'p99 ms', 'p99.9 ms', 'p99 ratio', 'cores']
  return markdownTable(
    [...head, ...KINDS.map((kind) => `${kind} p50 / p99 ms`), 'reconnects', 'RSS MiB', 'state'],
    rows,
  )
}

function describeOthers(answers: readonly OtherAnswer[]): string {
  const times = answers.map(({ ms }) => ms)
  const statuses = [...new Set(answers.map(({ status }) => status))].toSorted()
  const shares = statuses.map((status) => {
    const share = answers.filter((answer) => answer.status === status).length / answers.length
    return `${status} ${Math.round(share * 100)}%`
  })
  return `${percentile(times, 0.5).toFixed(0)} / ${percentile(times, 0.99).toFixed(0)} (${shares.join(', ')})`
}
