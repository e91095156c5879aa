'use client'
import { Area, Line } from 'recharts'
import { Legend, type LegendEntry } from '~/components/chart/legend'
import { logScale } from '~/components/chart/log-scale'
import { TimeChart, type ValueScale } from '~/components/chart/time-chart'
import { Panel } from '~/components/ui/card'
import { formatCount, formatLatency, formatRatio } from '~/lib/figures'
import type { ChartPoint } from './join-series'

interface Series extends LegendEntry {
  /** A field of TrafficSample. */
  field: string
}

const tiers: Series[] = [
  { field: 'l1HitsPerS', name: 'L1 hits', color: 'var(--chart-1)' },
  { field: 'l2HitsPerS', name: 'L2 hits', color: 'var(--chart-2)' },
  { field: 'peerHitsPerS', name: 'Peer hits', color: 'var(--chart-5)' },
  { field: 'stalePerS', name: 'Stale', color: 'var(--chart-3)' },
  { field: 'missesPerS', name: 'Misses', color: 'var(--chart-4)' },
]
const latencies: Series[] = [
  { field: 'p50Ms', name: 'p50', color: 'var(--chart-1)' },
  { field: 'p95Ms', name: 'p95', color: 'var(--chart-2)' },
  { field: 'p99Ms', name: 'p99', color: 'var(--chart-3)' },
]
const loads: Series[] = [
  { field: 'originLoadsPerS', name: 'Loads', color: 'var(--chart-1)' },
  { field: 'originFailuresPerS', name: 'Failures', color: 'var(--chart-4)' },
]
const ratio: Series[] = [{ field: 'hitRatio', name: 'Hit ratio', color: 'var(--chart-1)' }]

const fromZero: ValueScale = { kind: 'linear', domain: [0, 'auto'] }
const wholeShare: ValueScale = { kind: 'linear', domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] }
const perSecond = (value: number) => `${formatCount(value)}/s`
const wholePercent = (value: number) => `${Math.round(value * 100)} %`

interface TrafficChartsProps {
  points: readonly ChartPoint[]
  domain: readonly [number, number]
}

export function TrafficCharts({ points, domain }: TrafficChartsProps) {
  const time = { points, domain }
  const quantiles = points.flatMap((point) => ('p50Ms' in point ? [point.p50Ms, point.p95Ms, point.p99Ms] : []))
  return (
    <div className="mb-4 grid gap-3 lg:grid-cols-2">
      <Panel title="Reads by tier" note="per second" aside={<Legend entries={tiers} />}>
        <TimeChart
          {...time}
          scale={fromZero}
          format={perSecond}
          label="Reads per second by the tier that answered, stacked"
        >
          {tiers.map(areaOf)}
        </TimeChart>
      </Panel>
      <Panel title="Hit ratio" note="reads answered from a tier" aside={<Legend entries={ratio} />}>
        <TimeChart
          {...time}
          scale={wholeShare}
          format={formatRatio}
          formatTick={wholePercent}
          label="Share of reads answered from the cache"
        >
          {ratio.map(lineOf)}
        </TimeChart>
      </Panel>
      <Panel title="Latency" note="all requests, logarithmic" aside={<Legend entries={latencies} />}>
        <TimeChart
          {...time}
          scale={logScale(quantiles)}
          format={formatLatency}
          label="Latency of requests at the 50th, 95th and 99th percentile"
        >
          {latencies.map(lineOf)}
        </TimeChart>
      </Panel>
      <Panel title="Origin" note="per second" aside={<Legend entries={loads} />}>
        <TimeChart {...time} scale={fromZero} format={perSecond} label="Loads from origins and failed loads per second">
          {loads.map(lineOf)}
        </TimeChart>
      </Panel>
    </div>
  )
}

function areaOf({ field, name, color }: Series) {
  const look = { stroke: color, fill: color, fillOpacity: 0.35, isAnimationActive: false }
  return <Area key={field} dataKey={field} name={name} stackId="tiers" {...look} />
}

function lineOf({ field, name, color }: Series) {
  const look = { stroke: color, strokeWidth: 1.5, dot: false, isAnimationActive: false }
  return <Line key={field} dataKey={field} name={name} {...look} />
}
