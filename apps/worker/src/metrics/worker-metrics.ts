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

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    jobs: createJobMetrics(registry),
    log: createLogMetrics(registry),
    state: createStateMetrics(registry),
    sweep: createSweepMetrics(registry),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
