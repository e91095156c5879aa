import { expect, test } from 'vitest'
import { KINDS } from '../faults/catalogue.ts'
import { AckTally } from '../oracle/ack-tally.ts'
import { noReads } from '../oracle/tally.ts'
import type { ChaosResult } from './chaos.ts'
import { shortfallsOf } from './shortfalls.ts'

const QUOTAS = { reads: 1_000, faultsOfEachKind: 2, acksByLease: 3 }
const UNHARMED = { violations: [], fallen: [] }

/** A run that saw everything. */
function goodRun(): ChaosResult {
  const acks = new AckTally()
  acks.acknowledged.members = 60
  acks.acknowledged.lease = 3
  acks.refused = 5
  return {
    before: { ...noReads(), hits: 90, loaded: 10 },
    during: { ...noReads(), hits: 500, loaded: 250, stale: 100 },
    after: { ...noReads(), hits: 45, loaded: 5 },
    acks,
    aside: { leases: 4, filled: 3, fenced: 1 },
    struck: new Map(KINDS.map((kind) => [kind, 2])),
    failures: [],
    generationChanges: 1,
    longestGapMs: 100,
    longestNodeGapMs: 200,
    recoveryMs: 300,
    unrecovered: '',
    tookMs: 1_000,
  }
}

test('a run that saw everything, and nothing stale, is a proof', () => {
  expect(shortfallsOf(goodRun(), QUOTAS, UNHARMED)).toEqual([])
})

test.each<[string, (run: ChaosResult) => unknown, string]>([
  ['too few reads', (run) => (run.during.hits -= 10), 'checked reads: 990 of 1000'],
  [
    'a kind of fault that did not strike often enough',
    (run) => (run.struck = new Map([...run.struck, ['CLIENT KILL', 1]])),
    'fault "CLIENT KILL": 1 of 2',
  ],
  [
    'a cache that asked its source all the time',
    (run) => (run.during = { ...noReads(), hits: 200, loaded: 700 }),
    'hit ratio under faults: 22.2% of 30.0%',
  ],
  [
    'a cache that did not become one again',
    (run) => (run.after = { ...noReads(), hits: 10, loaded: 90 }),
    'hit ratio after the last fault: 10.0% of 72.0%',
  ],
  [
    'no recovery',
    (run) => Object.assign(run, { recoveryMs: null, unrecovered: 'node-1 is syncing' }),
    'recovery: node-1 is syncing',
  ],
  [
    'hardly anything acknowledged',
    (run) => (run.acks.acknowledged.members = 1),
    'acknowledgements by all members: 1 of 50',
  ],
  ['no lease that had to run out', (run) => (run.acks.acknowledged.lease = 0), 'acknowledgements by lease: 0 of 3'],
  ['nothing refused although Redis was away', (run) => (run.acks.refused = 0), 'invalidations refused: 0 of 1'],
  ['nobody who filled by lease', (run) => Object.assign(run.aside, { filled: 0 }), 'fills by lease holders: 0 of 1'],
])('%s is none', (_, spoil, shortfall) => {
  const run = goodRun()
  spoil(run)
  expect(shortfallsOf(run, QUOTAS, UNHARMED)).toEqual([shortfall])
})

test('nor is one with a stale reply, or with a process that ended by itself', () => {
  const violations = [{ what: 'live:0:0: too old', history: [], nodes: [] }]
  expect(shortfallsOf(goodRun(), QUOTAS, { violations, fallen: ['node-2'] })).toEqual([
    'stale: live:0:0: too old',
    'node-2 ended by itself',
  ])
})
