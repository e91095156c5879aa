import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import type { ClusterReading } from './cluster-reading.ts'

/** A node behind the log by this many records is told of; a few are always on their way. */
const LAG_EPOCHS = 100
const EVENT_LOOP_LAG_MS = 200

/** Sentences for people: why the cluster is not healthy. Empty when it is. */
export function findProblems(previous: ClusterReading, current: ClusterReading): string[] {
  const problems = current.nodes.flatMap(({ announcement: { id, url, draining }, metrics }) => {
    if (!metrics) return draining ? [] : [`Node ${id} does not answer at ${url}.`]
    const before = previous.nodes.find((node) => node.announcement.id === id)?.known?.metrics
    return nodeProblems(id, metrics, before, { previous, current })
  })
  if (!current.redisReachable) return ['Redis does not answer the portal.', ...problems]
  if (disagree(previous) && disagree(current))
    problems.push('Nodes do not agree on who is in the cluster: until they do, some keys are loaded and kept twice.')
  if (current.nodes.length === 0)
    return ['No cache node has announced itself. Is one running, and does it use this Redis?']
  return problems
}

function nodeProblems(
  id: string,
  now: NodeMetrics,
  before: NodeMetrics | undefined,
  { previous, current }: { previous: ClusterReading; current: ClusterReading },
): string[] {
  const problems: string[] = []
  const lag = now.coherence.tail - now.coherence.applied
  if (now.coherence.state === 'degraded')
    problems.push(`Node ${id} is degraded: it cannot follow the invalidation log and serves nothing as fresh.`)
  if (now.coherence.state === 'syncing') problems.push(`Node ${id} is catching up with the invalidation log.`)
  if (now.coherence.state === 'coherent' && lag > LAG_EPOCHS)
    problems.push(`Node ${id} is ${lag} invalidations behind.`)
  if (grew(now, before, 'l2Errors')) problems.push(`Node ${id} cannot use the second tier.`)
  if (now.gauges.eventLoopLagMs > EVENT_LOOP_LAG_MS)
    problems.push(`Node ${id} is overloaded: its event loop lags by ${Math.round(now.gauges.eventLoopLagMs)} ms.`)
  for (const [namespace, origin] of Object.entries(now.origins))
    if (origin.breaker === 'open')
      problems.push(`Node ${id} has stopped asking the origin of "${namespace}" after too many failures.`)
  // Compared with what Redis offered a look ago: a node may take a moment to fetch what was published just now.
  const offered = previous.controlRevision
  if (offered !== null && offered === current.controlRevision && now.gauges.controlRevision < offered)
    problems.push(`Node ${id} follows revision ${now.gauges.controlRevision} of the policies; ${offered} is in force.`)
  return problems
}

/** Whether nodes follow different lists of nodes. For a moment they always do when one comes or goes. */
function disagree({ nodes }: ClusterReading): boolean {
  const versions = nodes.flatMap(({ metrics }) => metrics?.ring.version ?? [])
  return new Set(versions).size > 1
}

function grew(now: NodeMetrics, before: NodeMetrics | undefined, counter: 'l2Errors'): boolean {
  return before?.node.incarnation === now.node.incarnation && now.counters[counter] > before.counters[counter]
}
