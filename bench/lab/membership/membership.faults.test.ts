import { expect, test } from 'vitest'
import { describePhase } from '../report/describe-membership.ts'
import { describeViolation } from '../report/describe-violation.ts'
import { runMembership } from './run-membership.ts'
import { shortfallsOf } from './shortfalls.ts'

test('three nodes under load: one is killed, one added, one drained; no read fails, none is stale, and only a share of the keys moves', async () => {
  const run = await runMembership({
    nodes: 3,
    leaseMs: 800,
    seed: Math.floor(Math.random() * 2 ** 32),
    traffic: { readers: 6, readerPauseMs: 5, writers: 2, writerPauseMs: 80 },
    calmMs: 2_000,
  })
  console.log(run.phases.flatMap(describePhase).join('\n'))
  expect(run.violations.flatMap(describeViolation)).toEqual([])
  expect(shortfallsOf(run, { reads: 200, acknowledgements: 10, fromPeers: 20 })).toEqual([])
})
