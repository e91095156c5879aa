import { quantileUs } from '@freshet/core/metrics/histogram'
import type { Tally } from './tally.ts'

export interface Limits {
  /** Of reads, milliseconds; null: none. */
  p99Ms: number | null
  /** Of all requests, those that were left out included. */
  errorShare: number
}

/** What is wrong with a run; nothing is the good case. One stale read is one too many. */
export function judge(tally: Tally, { p99Ms, errorShare }: Limits): string[] {
  const faults: string[] = []
  if (tally.stale.length > 0) faults.push(`${tally.stale.length} reads were stale after an acknowledgement`)
  const p99 = quantileUs(tally.latency.read.snapshot(), 0.99)
  if (p99Ms !== null && p99 !== null && p99 / 1_000 > p99Ms)
    faults.push(`p99 of reads is ${(p99 / 1_000).toFixed(2)} ms, above ${p99Ms} ms`)
  const failed = tally.failed + tally.leftOut
  const share = failed / Math.max(1, tally.total + tally.leftOut)
  if (share > errorShare)
    faults.push(`${(share * 100).toFixed(2)}% of the requests failed or were left out, above ${errorShare * 100}%`)
  // A run in which nothing was answered must not pass for a quick one.
  if (tally.total === tally.failed) faults.push('nothing was answered')
  return faults
}
