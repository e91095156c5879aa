import { addDeltas, COUNTERS, NodeTotals, subtractTotals } from '@freshet/core/metrics/node-totals'
import type { Db, DbOrTx } from '../client.ts'
import { findSample, RESOLUTIONS, type StoredSample, saveSample } from './metric-samples.ts'

/** Any number of our own: the advisory lock that readings take. */
const READINGS_LOCK = 4_702_501
/** A node that was not read for this long is forgotten; should it return, its counting begins anew. */
const BASELINE_KEPT_MS = 24 * 3_600_000

/** PostgreSQL's clock, epoch ms: samples and the windows over them are told by one clock, whoever takes them. */
export async function databaseNowMs(db: DbOrTx): Promise<number> {
  const rows = await db.$queryRaw<{ now: Date }[]>`SELECT now() AS now`
  return rows[0]?.now.getTime() ?? Date.now()
}

/**
 * Stores what each node did since its last reading, and remembers this reading as the next one's baseline. One
 * transaction under one lock: two workers that read at the same moment must not both count the same stretch.
 *
 * @param readings node id and its totals, just read
 * @returns how many samples were written; a node's first reading makes none
 */
export function recordReadings(db: Db, readings: ReadonlyMap<string, NodeTotals>): Promise<number> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${READINGS_LOCK})`
    // clock_timestamp() and not now(): the transaction began before it got the lock, maybe before another's reading.
    const clock = await tx.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`
    const at = clock[0]?.at ?? new Date()
    const baselines = await readBaselines(tx, [...readings.keys()])
    let written = 0
    for (const [nodeId, totals] of readings) {
      const baseline = baselines.get(nodeId)
      if (baseline && isOlder(totals, baseline.totals)) continue
      if (baseline && baseline.readAt < at) {
        const delta = subtractTotals(totals, baseline.totals)
        await saveReading(tx, { nodeId, fromMs: baseline.readAt.getTime(), toMs: at.getTime(), delta })
        written++
      }
      const row = { metrics: totals, readAt: at }
      await tx.metricBaseline.upsert({ where: { nodeId }, create: { nodeId, ...row }, update: row })
    }
    return written
  })
}

/**
 * A worker may stall between reading and storing, while another reads later and stores earlier. Storing the old reading
 * then would turn the baseline back, and the next sample would count a stretch twice.
 */
function isOlder(totals: NodeTotals, baseline: NodeTotals): boolean {
  return (
    totals.incarnation === baseline.incarnation &&
    COUNTERS.some((counter) => totals.counters[counter] < baseline.counters[counter])
  )
}

async function readBaselines(tx: DbOrTx, nodeIds: string[]) {
  const rows = await tx.metricBaseline.findMany({ where: { nodeId: { in: nodeIds } } })
  const baselines = new Map<string, { totals: NodeTotals; readAt: Date }>()
  for (const { nodeId, metrics, readAt } of rows) {
    // A baseline that an older release wrote in another form is no baseline; the node's counting begins anew.
    const totals = NodeTotals.safeParse(metrics)
    if (totals.success) baselines.set(nodeId, { totals: totals.data, readAt })
  }
  return baselines
}

async function saveReading(tx: DbOrTx, sample: StoredSample): Promise<void> {
  await saveSample(tx, 'reading', new Date(sample.toMs), sample)
  for (const resolution of ['minute', 'tenMinutes'] as const) {
    const lengthMs = RESOLUTIONS[resolution].seconds * 1_000
    const bucketAt = new Date(Math.floor(sample.toMs / lengthMs) * lengthMs)
    const before = await findSample(tx, resolution, bucketAt, sample.nodeId)
    const sum = before && { ...sample, fromMs: before.fromMs, delta: addDeltas(before.delta, sample.delta) }
    await saveSample(tx, resolution, bucketAt, sum ?? sample)
  }
}

/** Forgets nodes that are gone. Returns how many. */
export async function pruneBaselines(db: DbOrTx, nowMs: number): Promise<number> {
  const { count } = await db.metricBaseline.deleteMany({
    where: { readAt: { lt: new Date(nowMs - BASELINE_KEPT_MS) } },
  })
  return count
}
