import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { bucketFloor, type HistogramSnapshot } from '@freshet/core/metrics/histogram'

/** Upper bounds of the exposed buckets, microseconds: 50 µs to 10 s. Our own buckets are finer and are added up. */
const BOUNDS_US = [
  50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1e6, 2.5e6, 1e7,
]

type Labels = Record<string, string>
type Sample = [labels: Labels, value: number]

/** Prometheus text format 0.0.4 of a node's document; base units (seconds, bytes). */
export function renderPrometheus(metrics: NodeMetrics): string {
  const { counters, gauges, coherence, ring } = metrics
  const { peers } = counters
  const out: string[] = []
  const write = (name: string, type: 'counter' | 'gauge', help: string, samples: Sample[]) => {
    out.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    for (const [labels, value] of samples) out.push(`${name}${renderLabels(labels)} ${value}`)
  }
  const counter = (name: string, help: string, samples: Sample[]) => write(name, 'counter', help, samples)
  const gauge = (name: string, help: string, value: number) => write(name, 'gauge', help, [[{}, value]])
  const labelled = (label: string, values: Record<string, number>): Sample[] =>
    Object.entries(values).map(([key, value]) => [{ [label]: key }, value])
  const namespaces = Object.entries(metrics.namespaces)

  counter('cache_requests_total', 'Requests answered.', labelled('class', counters.requests))
  counter('cache_hits_total', 'Reads answered by the cache.', labelled('tier', counters.hits))
  counter('cache_misses_total', 'Reads the cache could not answer.', labelled('reason', counters.misses))
  counter('cache_peer_requests_total', 'Reads asked of other nodes, by what came of it.', [
    [{ outcome: 'answered' }, peers.answered],
    [{ outcome: 'unavailable' }, peers.unavailable],
    [{ outcome: 'refused' }, peers.refused],
  ])
  counter('cache_peer_served_total', 'Reads answered for other nodes.', [[{}, peers.served]])
  counter('origin_loads_total', 'Loads at origins.', labelled('result', counters.loads))
  counter('writes_total', 'Values written by clients.', [[{}, counters.writes]])
  counter(
    'invalidations_total',
    'Invalidations accepted by this node, by what they name.',
    labelled('kind', counters.invalidationsByKind),
  )
  counter(
    'acknowledgements_total',
    'Waits for all nodes: ended by their word, by a lease, or not in time.',
    labelled('result', counters.acknowledgements),
  )
  counter('invalidations_applied_total', 'Log records applied.', [[{}, counters.invalidationsApplied]])
  counter('evictions_total', 'Entries given up for lack of room.', [[{}, counters.evictions]])
  counter('errors_total', 'Failures of what the node leans on.', [
    [{ type: 'l2' }, counters.l2Errors],
    [{ type: 'log' }, counters.logErrors],
  ])
  counter('rate_limited_total', 'Requests refused for their rate.', [[{}, counters.rateLimited]])
  counter('cache_served_bytes_total', 'Bytes of values served.', [[{}, counters.bytesServed]])
  counter(
    'namespace_hits_total',
    'Hits by namespace, the busiest only.',
    namespaces.map(([namespace, c]) => [{ namespace }, c.hits]),
  )
  counter(
    'namespace_misses_total',
    'Misses by namespace, the busiest only.',
    namespaces.map(([namespace, c]) => [{ namespace }, c.misses]),
  )
  gauge('cache_entries', 'Entries in memory.', gauges.l1Entries)
  gauge('cache_size_bytes', 'Bytes in memory.', gauges.l1Bytes)
  gauge('cache_max_bytes', 'Limit of bytes in memory.', gauges.l1MaxBytes)
  gauge('cache_connections', 'Open client connections.', gauges.connections)
  gauge('origin_loads_in_flight', 'Loads running now.', gauges.loadsInFlight)
  gauge('coherence_applied_epoch', 'Newest epoch applied.', coherence.applied)
  gauge('coherence_lag_epochs', 'Epochs known and not yet applied.', coherence.tail - coherence.applied)
  gauge('coherence_lease_remaining_seconds', 'What is left of the lease.', coherence.leaseRemainingMs / 1_000)
  gauge('cache_ring_nodes', 'Nodes in the ring.', ring.nodes)
  gauge('cache_ring_share_ratio', "This node's share of all keys; 0 outside the ring.", ring.share)
  write(
    'cache_topology_info',
    'gauge',
    'Always 1; version: of the list of nodes that this node follows.',
    ring.version === null ? [] : [[{ version: ring.version }, 1]],
  )
  gauge('control_revision', 'Revision of the control document in force.', gauges.controlRevision)
  gauge('log_members', 'Nodes that an acknowledgement waits for.', gauges.logMembers)
  gauge('log_laggards', 'Members that stay behind the log.', gauges.logLaggards)
  gauge('coherence_index_bytes', 'Memory of what the log said.', gauges.indexBytes)
  write('coherence_state', 'gauge', '1 for the state the node is in.', [
    ...(['syncing', 'coherent', 'degraded'] as const).map(
      (state): Sample => [{ state }, state === coherence.state ? 1 : 0],
    ),
  ])
  gauge('l2_breaker_open', '1 while the second tier is left alone or tried.', metrics.l2.breaker === 'closed' ? 0 : 1)
  write(
    'origin_breaker_open',
    'gauge',
    '1 while the origin is not being asked.',
    Object.entries(metrics.origins).map(([namespace, o]) => [{ namespace }, o.breaker === 'open' ? 1 : 0]),
  )
  write(
    'origin_in_flight',
    'gauge',
    'Requests at the origin now.',
    Object.entries(metrics.origins).map(([namespace, o]) => [{ namespace }, o.inFlight]),
  )
  histogramHead(out, 'cache_latency_seconds', 'Time from request to answer.')
  for (const [operation, snapshot] of Object.entries(metrics.latency))
    renderHistogram(out, 'cache_latency_seconds', { operation }, snapshot)
  histogramHead(out, 'invalidation_propagation_seconds', "From append to applied, for this node's own appends.")
  renderHistogram(out, 'invalidation_propagation_seconds', {}, metrics.propagation)
  histogramHead(out, 'invalidation_acknowledgement_seconds', 'From append to the word of all nodes.')
  renderHistogram(out, 'invalidation_acknowledgement_seconds', {}, metrics.acknowledgement)
  return `${out.join('\n')}\n`
}

function histogramHead(out: string[], name: string, help: string): void {
  out.push(`# HELP ${name} ${help}`, `# TYPE ${name} histogram`)
}

function renderHistogram(out: string[], name: string, labels: Labels, snapshot: HistogramSnapshot): void {
  let next = 0
  let seen = 0
  for (const bound of BOUNDS_US) {
    // A bucket of ours belongs below a bound when all of it does.
    for (; next < snapshot.buckets.length; next++) {
      const [index, count] = snapshot.buckets[next] ?? [0, 0]
      if (bucketFloor(index + 1) - 1 > bound) break
      seen += count
    }
    out.push(`${name}_bucket${renderLabels({ ...labels, le: String(bound / 1e6) })} ${seen}`)
  }
  out.push(`${name}_bucket${renderLabels({ ...labels, le: '+Inf' })} ${snapshot.count}`)
  out.push(`${name}_sum${renderLabels(labels)} ${snapshot.sumUs / 1e6}`)
  out.push(`${name}_count${renderLabels(labels)} ${snapshot.count}`)
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
