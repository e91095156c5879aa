import { COUNTERS, mapCounters, type NodeDelta } from '@freshet/core/metrics/node-totals'
import type { DbOrTx } from '../client.ts'
import type { MetricSample } from '../generated/prisma/client.ts'
import { decodeHistogram, encodeHistogram } from '../histogram-codec.ts'

/**
 * Two resolutions. Readings are kept for the windows that show them one by one (1 and 5 minutes, 1 hour); minutes, which
 * are their exact sums, for the day and the one before it. A node makes about 1,440 rows of the first and 2,880 of the
 * second, some 300 bytes each: about 1.3 MB, whatever its traffic.
 */
export const RESOLUTIONS = {
  reading: { seconds: 5, keptMs: 2 * 3_600_000 },
  minute: { seconds: 60, keptMs: 48 * 3_600_000 },
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
  const rows = await db.metricSample.findMany({
    // A reading's bucket is its end and a minute's bucket is its start, so a minute may begin before the window does.
    where: {
      resolutionS: RESOLUTIONS[resolution].seconds,
      bucketAt: { gt: new Date(resolution === 'minute' ? sinceMs - 60_000 : sinceMs) },
    },
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
