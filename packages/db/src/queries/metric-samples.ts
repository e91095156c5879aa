import { COUNTERS, mapCounters, type NodeDelta } from '@freshet/core/metrics/node-totals'
import type { DbOrTx } from '../client.ts'
import type { MetricSample } from '../generated/prisma/client.ts'
import { decodeHistogram, encodeHistogram } from '../histogram-codec.ts'

/**
 * Three resolutions, one for each distance at which charts look (1 and 5 minutes, 1 hour, 1 day): readings as they were
 * taken, and their exact sums by minute and by ten minutes. So no window reads more than 144 rows of a node, and a node
 * never has more than about 1,200, some 300 bytes each, whatever its traffic.
 */
export const RESOLUTIONS = {
  reading: { seconds: 5, keptMs: 3_600_000 },
  minute: { seconds: 60, keptMs: 3 * 3_600_000 },
  tenMinutes: { seconds: 600, keptMs: 48 * 3_600_000 },
} as const
export type Resolution = keyof typeof RESOLUTIONS

/** What one node did in one stretch of time; epoch ms on PostgreSQL's clock. */
export interface StoredSample {
  nodeId: string
  fromMs: number
  toMs: number
  delta: NodeDelta
}

/** Samples that reach past `sinceMs`, oldest first. */
export async function readSamples(db: DbOrTx, resolution: Resolution, sinceMs: number): Promise<StoredSample[]> {
  const { seconds } = RESOLUTIONS[resolution]
  // A reading's bucket is its end and a sum's bucket is its start, so a sum may begin before the window does.
  const earliestMs = resolution === 'reading' ? sinceMs : sinceMs - seconds * 1_000
  const rows = await db.metricSample.findMany({
    where: { resolutionS: seconds, bucketAt: { gt: new Date(earliestMs) } },
    orderBy: { bucketAt: 'asc' },
  })
  return rows.map(toStoredSample)
}

export async function findSample(
  db: DbOrTx,
  resolution: Resolution,
  bucketAt: Date,
  nodeId: string,
): Promise<StoredSample | null> {
  const key = { resolutionS: RESOLUTIONS[resolution].seconds, bucketAt, nodeId }
  const row = await db.metricSample.findUnique({ where: { resolutionS_bucketAt_nodeId: key } })
  return row && toStoredSample(row)
}

/** Writes a sample, in place of the one of the same bucket. */
export async function saveSample(
  db: DbOrTx,
  resolution: Resolution,
  bucketAt: Date,
  { nodeId, fromMs, toMs, delta }: StoredSample,
): Promise<void> {
  const key = { resolutionS: RESOLUTIONS[resolution].seconds, bucketAt, nodeId }
  const data = {
    ...mapCountersToBigInt(delta),
    fromAt: new Date(fromMs),
    toAt: new Date(toMs),
    l1Entries: BigInt(Math.round(delta.l1Entries)),
    l1Bytes: BigInt(Math.round(delta.l1Bytes)),
    latency: encodeHistogram(delta.latency),
    propagation: encodeHistogram(delta.propagation),
  }
  await db.metricSample.upsert({
    where: { resolutionS_bucketAt_nodeId: key },
    create: { ...key, ...data },
    update: data,
  })
}

/** Drops what is past its retention. Returns how many rows went. */
export async function pruneSamples(db: DbOrTx, nowMs: number): Promise<number> {
  let pruned = 0
  for (const { seconds, keptMs } of Object.values(RESOLUTIONS)) {
    const { count } = await db.metricSample.deleteMany({
      where: { resolutionS: seconds, bucketAt: { lt: new Date(nowMs - keptMs) } },
    })
    pruned += count
  }
  return pruned
}

function mapCountersToBigInt({ counters }: NodeDelta): Record<(typeof COUNTERS)[number], bigint> {
  const entries = COUNTERS.map((counter) => [counter, BigInt(Math.round(counters[counter]))] as const)
  return Object.fromEntries(entries) as Record<(typeof COUNTERS)[number], bigint>
}

function toStoredSample(row: MetricSample): StoredSample {
  return {
    nodeId: row.nodeId,
    fromMs: row.fromAt.getTime(),
    toMs: row.toAt.getTime(),
    delta: {
      counters: mapCounters((counter) => Number(row[counter])),
      l1Entries: Number(row.l1Entries),
      l1Bytes: Number(row.l1Bytes),
      latency: decodeHistogram(row.latency),
      propagation: decodeHistogram(row.propagation),
    },
  }
}
