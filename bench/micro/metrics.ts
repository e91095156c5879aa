import { TokenBucket } from '@freshet/core/limits/token-bucket'
import { Histogram } from '@freshet/core/metrics/histogram'
import type { MicroBench } from './micro-bench.ts'
import { timeOperation } from './time-operation.ts'

/** What every request pays for being counted. */
export const metrics: MicroBench = () => {
  const histogram = new Histogram()
  const bucket = new TokenBucket(10_000_000)
  return [
    { name: 'histogram: record', ns: timeOperation((i) => histogram.record((i * 13) & 0xffff)) },
    { name: 'token bucket: take', ns: timeOperation((i) => bucket.take(i / 1_000)) },
    { name: 'performance.now', ns: timeOperation(() => performance.now()) },
  ]
}
