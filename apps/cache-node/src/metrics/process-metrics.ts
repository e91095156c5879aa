import type { CheckReport } from '@freshet/redis/checks/redis-checks'
import { registerCertificateGauge } from '@freshet/tls/certificate-gauge'
import type { TlsIdentity } from '@freshet/tls/tls-identity'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { registerCheckGauges } from '../startup-checks/check-gauges.ts'

/** In Prometheus form: heap, event loop, garbage collection; what the checks found; how long the certificate lasts. */
export function processMetricsReader(readChecks: () => CheckReport, tls: TlsIdentity): () => Promise<string> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerCheckGauges(registry, readChecks)
  registerCertificateGauge(registry, tls)
  return () => registry.metrics()
}
