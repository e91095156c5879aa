'use client'
import type { TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { Stat } from '~/components/ui/stat'
import { useLiveCluster } from '~/features/live/live-cluster'
import { formatBytes, formatCount, formatLatency, formatRatio } from '~/lib/figures'
import type { ChartPoint } from './join-series'
import { LatencyFigures } from './latency-figures'
import { MemoryMeter } from './memory-meter'

interface StatGridProps {
  points: readonly ChartPoint[]
  /** The interval of the trends, epoch ms. */
  domain: readonly [number, number]
}

/** The cluster's figures of this second, each with its trend over the chosen span. */
export function StatGrid({ points, domain: [from, to] }: StatGridProps) {
  const { latest } = useLiveCluster()
  if (!latest) return null
  const { total, nodes } = latest
  const trend = (pick: (sample: TrafficSample) => number | null) =>
    points.map((point) => ({ x: (point.at - from) / (to - from), y: 'requestsPerS' in point ? pick(point) : null }))
  const limit = nodes.reduce((sum, node) => sum + node.l1MaxBytes, 0)
  return (
    <section aria-label="Figures of the cluster" className="mb-4 grid grid-cols-2 gap-3 md:grid-cols-4">
      <Stat
        label="Hit ratio"
        value={formatRatio(total.hitRatio)}
        detail={`L1 ${formatCount(total.l1HitsPerS)}/s, peers ${formatCount(total.peerHitsPerS)}/s, L2 ${formatCount(total.l2HitsPerS)}/s`}
        trend={trend((sample) => sample.hitRatio)}
      />
      <Stat
        label="Requests"
        value={`${formatCount(total.requestsPerS)}/s`}
        detail={`${formatCount(total.writesPerS)}/s of them writes`}
        trend={trend((sample) => sample.requestsPerS)}
      />
      <Stat
        label="Latency"
        value={<LatencyFigures sample={total} />}
        detail="p50, p95, p99"
        trend={trend((sample) => sample.p95Ms)}
      />
      <Stat
        label="Origin loads"
        value={`${formatCount(total.originLoadsPerS)}/s`}
        detail={`${formatCount(total.originFailuresPerS)}/s failed`}
        trend={trend((sample) => sample.originLoadsPerS)}
      />
      <Stat
        label="Errors"
        value={`${formatCount(total.errorsPerS)}/s`}
        detail={total.errorsPerS === 0 ? 'No request failed' : 'Answered with 5xx'}
        trend={trend((sample) => sample.errorsPerS)}
        alarming={total.errorsPerS > 0}
      />
      <Stat
        label="Invalidations"
        value={`${formatCount(total.invalidationsPerS)}/s`}
        detail={
          total.propagationP99Ms === null
            ? 'None to time in this second'
            : `p99 ${formatLatency(total.propagationP99Ms)} until applied`
        }
        trend={trend((sample) => sample.invalidationsPerS)}
      />
      <Stat
        label="L1 memory"
        value={formatBytes(total.l1Bytes)}
        detail={<MemoryMeter usedBytes={total.l1Bytes} limitBytes={limit} entries={total.l1Entries} />}
        trend={trend((sample) => sample.l1Bytes)}
      />
      <Stat
        label="Evictions"
        value={`${formatCount(total.evictionsPerS)}/s`}
        detail={total.evictionsPerS === 0 ? 'L1 has room' : 'L1 makes room for newer entries'}
        trend={trend((sample) => sample.evictionsPerS)}
      />
    </section>
  )
}
