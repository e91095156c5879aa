import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { formatLatency } from '~/lib/figures'

/** Three quantiles side by side; the median leads. */
export function LatencyFigures({ sample }: { sample: TrafficSample }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      {formatLatency(sample.p50Ms)}
      <span className="font-medium text-base text-muted">{formatLatency(sample.p95Ms)}</span>
      <span className="font-medium text-base text-muted">{formatLatency(sample.p99Ms)}</span>
    </span>
  )
}
