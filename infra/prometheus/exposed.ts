import { Registry } from 'prom-client'
import { renderPrometheus } from '../../apps/cache-node/src/metrics/render-prometheus.ts'
import { registerCheckGauges } from '../../apps/cache-node/src/startup-checks/check-gauges.ts'
import { createWorkerMetrics } from '../../apps/worker/src/metrics/worker-metrics.ts'
import { QUEUE_NAMES } from '../../packages/core/src/contracts/jobs.ts'
import type { NodeMetrics } from '../../packages/core/src/contracts/node-metrics.ts'
import { OPERATIONS } from '../../packages/core/src/contracts/node-metrics.ts'
import { idleNodeMetrics } from '../../packages/core/src/testing/node-metrics.ts'
import { testCertificate } from '../../packages/testing/src/self-signed-certificate.ts'
import { registerCertificateGauge } from '../../packages/tls/src/certificate-gauge.ts'

/** One line that a scrape returns: a metric's name and its labels. */
export interface ExposedSeries {
  name: string
  labels: Record<string, string>
}

/** Every series that a node and a worker show, as their own code renders them, when everything has happened once. */
export async function exposedSeries(): Promise<ExposedSeries[]> {
  const seen: NodeMetrics = {
    ...idleNodeMetrics(),
    ring: { version: '9f2c41d07be35a86', nodes: 3, share: 0.34 },
    latency: Object.fromEntries(OPERATIONS.map((name) => [name, { count: 1, sumUs: 1, buckets: [[1, 1]] }])),
    namespaces: { shop: { hits: 1, misses: 1, stale: 1, loads: 1, loadFailures: 1, writes: 1, invalidations: 1 } },
    origins: { shop: { breaker: 'open', inFlight: 1, queued: 1 } },
  }
  const { cert } = testCertificate
  const shown = createWorkerMetrics({ current: { cert, ca: cert } })
  shown.jobs.record('control.reconcile', 'completed', 0.01)
  shown.jobs.record('control.reconcile', 'failed', 0.01)
  shown.sweep.page({ seen: 3, stamped: 1, removed: 1 }, 0.5)
  shown.sweep.ended('complete')
  shown.sweep.ended('void')
  for (const queue of QUEUE_NAMES) shown.state.deadLetters(queue, 1)
  // Prometheus has a label `job` of its own and renames ours when it scrapes.
  const worker = parse(await shown.render()).map(({ name, labels: { job, ...labels } }) => ({
    name,
    labels: job === undefined ? labels : { ...labels, exported_job: job },
  }))
  return [...parse(renderPrometheus(seen)), ...parse(await registeredByNode()), ...worker]
}

/** What a node shows beside its own figures: what its checks found, and its certificates. */
function registeredByNode(): Promise<string> {
  const registry = new Registry()
  const promised = { holds: true, why: '' }
  const promises = { redisCrash: promised, lostWrites: promised, partitionedPrimary: promised }
  const findings = (['refuse', 'warn', 'info'] as const).map((level) => {
    return { code: 'log_evicts' as const, message: '', remedy: '', level }
  })
  registerCheckGauges(registry, () => ({ findings, promises }))
  const { cert } = testCertificate
  registerCertificateGauge(registry, { current: { cert, ca: cert } })
  return registry.metrics()
}

function parse(text: string): ExposedSeries[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      name: /^[a-zA-Z_:][\w:]*/.exec(line)?.[0] ?? '',
      labels: Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value])),
    }))
}
