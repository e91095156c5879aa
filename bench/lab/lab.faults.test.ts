import { describe, expect, test } from 'vitest'
import { chaosInCluster } from './chaos/run-in-cluster.ts'
import { SCENARIOS } from './directed/catalogue.ts'
import { playInCluster } from './directed/play-in-cluster.ts'
import { judgeAll } from './mutants/matrix.ts'
import { MUTANTS } from './mutants/mutants.ts'
import { describeChaos } from './report/describe-chaos.ts'
import { describeViolation } from './report/describe-violation.ts'

/** The short form of `npm run lab`. The first two wait most of their time, for leases, and can do so at the same time. */
const LEASE_MS = 800
const MUTANTS_AT_ONCE = 2

test.concurrent('through every forced interleaving, no read is older than what was acknowledged before it', async ({
  expect,
}) => {
  const all = await playInCluster(LEASE_MS)
  expect(all.flatMap(({ violations }) => violations.flatMap(describeViolation))).toEqual([])
  expect(all.filter(({ failure }) => failure !== null)).toEqual([])
  expect(new Set(all.map(({ scenario }) => scenario.guard))).toEqual(new Set(SCENARIOS.map(({ guard }) => guard)))
})

test.concurrent('a node without one of its guards is caught in that interleaving, whichever guard it is', async ({
  expect,
}) => {
  const verdicts = await judgeAll(MUTANTS, LEASE_MS, MUTANTS_AT_ONCE)
  expect(verdicts.filter(({ caught }) => caught === null)).toEqual([])
  expect(new Set(verdicts.map(({ mutant }) => mutant.guard))).toEqual(new Set(SCENARIOS.map(({ guard }) => guard)))
})

describe('under faults of every kind', () => {
  test('no read is older than what was acknowledged before it, and most come from cache', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const run = await chaosInCluster(LEASE_MS, seed, {
      // Pauses, because other work shares the machine with a test run.
      traffic: { readers: 3, readerPauseMs: 3, writers: 3, writerPauseMs: 100 },
      reads: 20_000,
      faultsOfEachKind: 1,
      acksByLease: 1,
      serverRestLeases: 1.5,
      calmMs: 2_000,
      limitMs: 120_000,
    })
    console.log([`seed ${seed}`, ...describeChaos(run.result)].join('\n'))
    expect(run.violations.flatMap(describeViolation)).toEqual([])
    expect(run.shortfalls).toEqual([])
  })
})
