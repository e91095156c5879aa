import type { ClusterOverview, NamespaceOverview, NodeOverview } from '@freshet/core/contracts/cluster-overview'
import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { subtractTotals, totalsOf } from '@freshet/core/metrics/node-totals'
import { type TrafficPart, trafficSample } from '@freshet/core/metrics/traffic-sample'
import { ringOf } from '@freshet/core/ring/topology'
import { findProblems } from './cluster-problems.ts'
import type { ClusterReading, NodeReading } from './cluster-reading.ts'

/** A node that answered twice, and the time between. */
interface Stretch {
  nodeId: string
  earlier: NodeMetrics
  later: NodeMetrics
  seconds: number
}

/**
 * What the cluster did between two looks at it. A node that did not answer, or answered for the first time, adds nothing
 * to the rates: nothing is known of what it did. One that was away for a while is spread over that while.
 */
export function computeOverview(previous: ClusterReading, current: ClusterReading): ClusterOverview {
  const stretches = current.nodes.flatMap((node) => stretchOf(node, previous) ?? [])
  const parts = new Map(stretches.map((stretch) => [stretch.nodeId, trafficPart(stretch)]))
  const answered = current.nodes.flatMap(({ metrics }) => (metrics ? [metrics.gauges] : []))
  const shares = ringOf({ nodes: current.nodes.map(({ announcement }) => announcement) }).shares()
  return {
    at: current.at,
    total: trafficSample(current.at, [...parts.values()], answered),
    nodes: current.nodes.map((node) => ({
      ...nodeOverview(node, parts.get(node.announcement.id), current.at),
      ringShare: shares.get(node.announcement.id) ?? null,
    })),
    namespaces: namespaceOverviews(stretches),
    problems: findProblems(previous, current),
  }
}

function stretchOf({ announcement, metrics }: NodeReading, previous: ClusterReading): Stretch | null {
  const base = previous.nodes.find((node) => node.announcement.id === announcement.id)?.known
  if (!metrics || !base) return null
  return {
    nodeId: announcement.id,
    earlier: base.metrics,
    later: metrics,
    seconds: Math.max(0.001, (metrics.at - base.metrics.at) / 1_000),
  }
}

function trafficPart({ earlier, later, seconds }: Stretch): TrafficPart {
  return { delta: subtractTotals(totalsOf(later), totalsOf(earlier)), perSecond: 1 / seconds }
}

function nodeOverview(
  { announcement, metrics, known }: NodeReading,
  part: TrafficPart | undefined,
  at: number,
): Omit<NodeOverview, 'ringShare'> {
  const last = known?.metrics ?? null
  return {
    id: announcement.id,
    url: announcement.url,
    zone: announcement.zone,
    weight: announcement.weight,
    draining: announcement.draining,
    reachable: metrics !== null,
    state: metrics?.coherence.state ?? 'unreachable',
    applied: last?.coherence.applied ?? 0,
    lagEpochs: last ? Math.max(0, last.coherence.tail - last.coherence.applied) : 0,
    uptimeMs: last ? last.at - last.node.startedAt : 0,
    l1MaxBytes: last?.gauges.l1MaxBytes ?? 0,
    rssBytes: last?.gauges.rssBytes ?? 0,
    sample: part && metrics ? trafficSample(at, [part], [metrics.gauges]) : null,
  }
}

/** Busiest first. */
function namespaceOverviews(stretches: readonly Stretch[]): NamespaceOverview[] {
  const sums = new Map<string, { hits: number; reads: number; requests: number; loads: number; failures: number }>()
  for (const { earlier, later, seconds } of stretches) {
    const restarted = earlier.node.incarnation !== later.node.incarnation
    for (const [name, now] of Object.entries(later.namespaces)) {
      const before = restarted ? undefined : earlier.namespaces[name]
      // Nodes list their busiest namespaces only. One that was not listed before may have counted for days by now.
      if (!before && !restarted) continue
      const rate = (field: keyof typeof now) => Math.max(0, now[field] - (before?.[field] ?? 0)) / seconds
      const sum = sums.get(name) ?? { hits: 0, reads: 0, requests: 0, loads: 0, failures: 0 }
      const reads = rate('hits') + rate('misses') + rate('stale')
      sum.hits += rate('hits')
      sum.reads += reads
      sum.requests += reads + rate('writes') + rate('invalidations')
      sum.loads += rate('loads')
      sum.failures += rate('loadFailures')
      sums.set(name, sum)
    }
  }
  return [...sums]
    .map(([name, { hits, reads, requests, loads, failures }]) => ({
      name,
      requestsPerS: requests,
      hitRatio: reads === 0 ? null : hits / reads,
      loadsPerS: loads,
      loadFailuresPerS: failures,
    }))
    .sort((a, b) => b.requestsPerS - a.requestsPerS || a.name.localeCompare(b.name))
}
