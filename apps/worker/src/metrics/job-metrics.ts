import { Counter, Histogram, type Registry } from 'prom-client'

export interface JobMetrics {
  record(job: string, result: 'completed' | 'failed', seconds: number): void
}

export function createJobMetrics(registry: Registry): JobMetrics {
  const total = new Counter({
    name: 'worker_jobs_total',
    help: 'Jobs that ended, by name and result',
    labelNames: ['job', 'result'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'worker_job_seconds',
    help: 'How long jobs ran, by name',
    labelNames: ['job'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  })
  return {
    record: (job, result, duration) => {
      total.inc({ job, result })
      seconds.observe({ job }, duration)
    },
  }
}
