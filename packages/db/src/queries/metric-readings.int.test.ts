import { setTimeout as sleep } from 'node:timers/promises'
import { Histogram } from '@freshet/core/metrics/histogram'
import { COUNTERS, mapCounters, type NodeTotals } from '@freshet/core/metrics/node-totals'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openTestDb } from '../testing/open-test-db.ts'
import { databaseNowMs, pruneBaselines, recordReadings } from './metric-readings.ts'
import { pruneSamples, type Resolution, readSamples, saveSample } from './metric-samples.ts'

const { db } = await openTestDb(afterAll)
beforeEach(async () => {
  await db.metricSample.deleteMany()
  await db.metricBaseline.deleteMany()
})

function totals(requests: number, incarnation = 'first'): NodeTotals {
  const latency = new Histogram()
  for (let i = 0; i < requests; i++) latency.record(100 + i)
  return {
    incarnation,
    counters: mapCounters((counter) => (counter === 'requests' ? requests : 0)),
    l1Entries: 7,
    l1Bytes: 700,
    latency: latency.snapshot(),
    propagation: { count: 0, sumUs: 0, buckets: [] },
  }
}
const read = (node: string, ...args: Parameters<typeof totals>) =>
  recordReadings(db, new Map([[node, totals(...args)]]))
const counted = async (resolution: Resolution) =>
  (await readSamples(db, resolution, 0)).reduce((sum, { delta }) => sum + delta.counters.requests, 0)

test('the first reading of a node is a baseline and no sample: nobody knows since when it counted', async () => {
  expect(await read('a', 1_000)).toBe(0)
  expect(await readSamples(db, 'reading', 0)).toEqual([])
})

test('the next one is what happened since, and says of which time', async () => {
  await read('a', 1_000)
  const betweenMs = await databaseNowMs(db)
  await sleep(5)
  expect(await read('a', 1_030)).toBe(1)
  const [sample] = await readSamples(db, 'reading', 0)
  expect(sample?.delta).toMatchObject({
    counters: { requests: 30 },
    l1Entries: 7,
    l1Bytes: 700,
    latency: { count: 30 },
  })
  expect(sample?.fromMs).toBeLessThanOrEqual(betweenMs)
  expect(sample?.toMs).toBeGreaterThan(betweenMs)
})

test('every counter comes back as it was counted', async () => {
  const counted = mapCounters((counter) => COUNTERS.indexOf(counter) + 1)
  await recordReadings(db, new Map([['a', totals(0)]]))
  await sleep(2)
  await recordReadings(db, new Map([['a', { ...totals(0), counters: counted }]]))
  const [sample] = await readSamples(db, 'reading', 0)
  expect(sample?.delta.counters).toEqual(counted)
})

test('minutes and ten minutes are the exact sums of their readings', async () => {
  await read('a', 10)
  for (const requests of [15, 40, 100]) {
    await sleep(2)
    await read('a', requests)
  }
  expect(await counted('reading')).toBe(90)
  for (const resolution of ['minute', 'tenMinutes'] as const) {
    expect(await counted(resolution)).toBe(90)
    const sums = await readSamples(db, resolution, 0)
    expect(sums.reduce((sum, { delta }) => sum + delta.latency.count, 0)).toBe(90)
  }
})

test('a restart in between loses nothing that the new process counted', async () => {
  await read('a', 500, 'first')
  await sleep(2)
  await read('a', 600, 'second')
  expect(await counted('reading')).toBe(600)
})

test('two workers that read at the same moment do not count a stretch twice', async () => {
  await read('a', 0)
  await sleep(2)
  await Promise.all(Array.from({ length: 6 }, () => read('a', 100)))
  expect(await counted('reading')).toBe(100)
  expect(await counted('minute')).toBe(100)
})

test('a reading that was overtaken by a newer one is left out', async () => {
  await read('a', 100)
  await sleep(2)
  await read('a', 300)
  await sleep(2)
  expect(await read('a', 200)).toBe(0)
  await sleep(2)
  await read('a', 350)
  expect(await counted('reading')).toBe(250)
})

test('samples outlive their retention by nothing, and younger ones stay', async () => {
  const nowMs = 1_000_000_000_000
  const hour = 3_600_000
  const sample = { nodeId: 'a', fromMs: 0, toMs: 1, delta: { ...totals(1) } }
  for (const ageMs of [0.9 * hour, 1.1 * hour]) await saveSample(db, 'reading', new Date(nowMs - ageMs), sample)
  for (const ageMs of [2.9 * hour, 3.1 * hour]) await saveSample(db, 'minute', new Date(nowMs - ageMs), sample)
  for (const ageMs of [47 * hour, 49 * hour]) await saveSample(db, 'tenMinutes', new Date(nowMs - ageMs), sample)
  expect(await pruneSamples(db, nowMs)).toBe(3)
  const left = await db.metricSample.findMany({ orderBy: { resolutionS: 'asc' } })
  expect(left.map(({ bucketAt }) => (nowMs - bucketAt.getTime()) / hour)).toEqual([0.9, 2.9, 47])
})

test('a node that is gone for a day is forgotten', async () => {
  await read('a', 1)
  const nowMs = await databaseNowMs(db)
  expect(await pruneBaselines(db, nowMs + 23 * 3_600_000)).toBe(0)
  expect(await pruneBaselines(db, nowMs + 25 * 3_600_000)).toBe(1)
})
