import { registerCertificateGauge } from '@freshet/tls/certificate-gauge'
import type { TlsIdentity } from '@freshet/tls/tls-identity'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { createJobMetrics, type JobMetrics } from './job-metrics.ts'
import { createLogMetrics, type LogMetrics } from './log-metrics.ts'
import { createStateMetrics, type StateMetrics } from './state-metrics.ts'
import { createSweepMetrics, type SweepMetrics } from './sweep-metrics.ts'

/** Everything that a worker shows on `/metrics`. */
export interface WorkerMetrics {
  jobs: JobMetrics
  log: LogMetrics
  state: StateMetrics
  sweep: SweepMetrics
  /** In Prometheus's text form. */
  render(): Promise<string>
  contentType: string
}

/** @param tls what it shows nodes, and whom it believes. */
export function createWorkerMetrics(tls: Pick<TlsIdentity, 'current'>): WorkerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerCertificateGauge(registry, tls)
  return {
    jobs: createJobMetrics(registry),
    log: createLogMetrics(registry),
    state: createStateMetrics(registry),
    sweep: createSweepMetrics(registry),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
