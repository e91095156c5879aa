import { ManualClock } from '@freshet/core/testing/manual-clock'
import { expect, test } from 'vitest'
import { makeRun } from '../testing/job-runs.ts'
import { createPlanSweep } from './l2-plan-sweep.ts'
import { createSnapshot } from './log-snapshot.ts'
import { createReap } from './members-reap.ts'

const snapshot = { generation: '000000000000000a', epoch: 7, index: Buffer.from('index') }
const takeSnapshot = (caughtUp: boolean, isNews = true) => {
  const written: unknown[] = []
  const sizes: number[] = []
  const job = createSnapshot({
    follower: { caughtUp, position: snapshot, snapshot: () => snapshot },
    snapshots: {
      write: async (one) => {
        written.push(one)
        return isNews
      },
    },
    metrics: { snapshotted: (bytes) => void sizes.push(bytes) },
  })
  return { run: () => job({}, makeRun<'log.snapshot'>().run), written, sizes }
}

test('a snapshot is written by a worker that has caught up', async () => {
  const { run, written, sizes } = takeSnapshot(true)
  await run()
  expect(written).toEqual([snapshot])
  expect(sizes).toEqual([5])
})

test('a log of which nothing new was heard is not written down again', async () => {
  const { run, written } = takeSnapshot(true)
  await run()
  await run()
  expect(written.length).toBe(1)
})

test('one that is behind the log refuses: the log would be kept no further than its snapshot', async () => {
  const { run, written } = takeSnapshot(false)
  await expect(run()).rejects.toThrow('behind the log')
  expect(written).toEqual([])
})

test('one that came after another worker’s better snapshot is none', async () => {
  const { run, sizes } = takeSnapshot(true, false)
  await run()
  expect(sizes).toEqual([])
})

test.each([
  ['due', { caughtUp: true, matchersLastMs: -100 }, 1],
  ['not due', { caughtUp: true, matchersLastMs: 1_000 }, 0],
  ['due, as far as a worker knows that is behind the log', { caughtUp: false, matchersLastMs: -100 }, 0],
] as const)('a sweep that is %s', async (_, { caughtUp, matchersLastMs }, begun) => {
  let sweeps = 0
  const job = createPlanSweep({
    follower: { caughtUp, unsweptFacts: { matchersFromMs: matchersLastMs, matchersLastMs, anyFromMs: 1_000 } },
    rhythm: { quietMs: 1_000, patienceMs: 60_000, everyMs: 60_000 },
    clock: new ManualClock(),
    begin: async () => void sweeps++,
  })
  await job({}, makeRun<'l2.plan-sweep'>().run)
  expect(sweeps).toBe(begun)
})

test('who was taken off the list is counted and named', async () => {
  const told: unknown[] = []
  const counted: number[] = []
  const member = { nodeId: 'b', incarnation: 'i', applied: 1, polls: 9, leaseMs: 2_000 }
  const job = createReap({
    reaper: { look: async () => [member] },
    log: { warn: (facts: object) => void told.push(facts) },
    metrics: { reaped: (members) => void counted.push(members) },
  })
  await job({}, makeRun<'members.reap'>().run)
  expect(counted).toEqual([1])
  expect(told).toEqual([{ nodeId: 'b', incarnation: 'i', polls: 9 }])
})
