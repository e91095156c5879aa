import type { CheckReport } from '@freshet/redis/checks/redis-checks'
import { Gauge, type Registry } from 'prom-client'

/** Shows what the checks found, and what may be promised, each time somebody scrapes. */
export function registerCheckGauges(registry: Registry, report: () => CheckReport): void {
  new Gauge({
    name: 'coherence_promise',
    help: 'Whether "never fresh again after the acknowledgement" holds through this fault; no sample: nobody can tell.',
    labelNames: ['through'],
    registers: [registry],
    collect() {
      this.reset()
      const { redisCrash, lostWrites, partitionedPrimary } = report().promises
      const claims = { redis_crash: redisCrash, lost_writes: lostWrites, partitioned_primary: partitionedPrimary }
      for (const [through, { holds }] of Object.entries(claims))
        if (holds !== null) this.set({ through }, holds ? 1 : 0)
    },
  })
  new Gauge({
    name: 'check_findings',
    help: 'What the checks of the servers found, by code (docs/production-checklist.md).',
    labelNames: ['code', 'level'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { code, level } of report().findings) this.inc({ code, level })
    },
  })
}
