import { LogTail } from '@freshet/core/coherence/log-tail'
import { expect, test } from 'vitest'
import type { RedisCosts } from '../redis/redis-costs.ts'
import { simulate } from './simulate.ts'

const FAST: RedisCosts = {
  pollUs: 20,
  recordUs: 2,
  pollBytes: 70,
  recordBytes: 140,
  pollNodeUs: 20,
  appendUs: 20,
  doorbellUs: 5,
  doorbellBytes: 54,
  members: { base: 40, each: 0.2 },
  membersBytes: { base: 170, each: 50 },
  membersNodeUs: { base: 60, each: 1 },
}
const SLOW: RedisCosts = { ...FAST, pollUs: 20_000 }
const run = (nodes: number, appends: number, costs: RedisCosts) =>
  simulate({ nodes, appends, bellSpacingMs: 0, makeTail: LogTail }, costs)

test('a quiet node polls four times in a lease, and twice for each append: to fetch it, and to say so', async () => {
  const figures = await run(10, 1, FAST)
  const inThreeSeconds = figures.pollsPerSecond * 3
  expect(inThreeSeconds).toBeGreaterThanOrEqual(10 * (6 + 3))
  expect(inThreeSeconds).toBeLessThanOrEqual(10 * (6 + 6))
})

test('every append comes to all nodes and is acknowledged while the server keeps up', async () => {
  const figures = await run(10, 100, FAST)
  expect(figures.applied.p99).toBeLessThan(10)
  expect(figures.acknowledged.p99).toBeLessThan(20)
  expect(figures.coherent).toBe(1)
  expect(figures.busy).toBeGreaterThan(0.01)
  expect(figures.busy).toBeLessThan(0.3)
})

test('a server that cannot keep up is busy all the time, and nodes lose their leases', async () => {
  const figures = await run(200, 10, SLOW)
  expect(figures.busy).toBe(1)
  expect(figures.coherent).toBeLessThan(0.5)
  expect(figures.applied.p99).toBe(Number.POSITIVE_INFINITY)
})

test('the same case gives the same figures', async () => {
  expect(await run(5, 50, FAST)).toEqual(await run(5, 50, FAST))
})
