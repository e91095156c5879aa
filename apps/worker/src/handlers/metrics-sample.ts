import { totalsOf } from '@freshet/core/metrics/node-totals'
import { type Fetch, scrapeNode } from '@freshet/core/metrics/scrape-node'
import type { Db } from '@freshet/db/client'
import { recordReadings } from '@freshet/db/queries/metric-readings'
import type { NodeRegistry } from '@freshet/redis/node-registry'
import type { JobHandler } from './handler.ts'

export interface MetricsSampleOptions {
  db: Db
  registry: Pick<NodeRegistry, 'list'>
  fetch: Fetch
  /** The internal token. */
  token: string
}

/** Reads all nodes at once; one that does not answer is left out, and its next sample spans the gap. */
export function createMetricsSample({
  db,
  registry,
  fetch,
  token,
}: MetricsSampleOptions): JobHandler<'metrics.sample'> {
  return async (_payload, { signal }) => {
    const nodes = await registry.list()
    const readings = await Promise.all(
      nodes.map(async ({ id, url }) => ({ id, metrics: await scrapeNode(fetch, url, token) })),
    )
    const totals = new Map(readings.flatMap(({ id, metrics }) => (metrics ? [[id, totalsOf(metrics)] as const] : [])))
    // What was read before the limit may be old by now; the next job reads anew.
    signal.throwIfAborted()
    if (totals.size > 0) await recordReadings(db, totals)
  }
}
