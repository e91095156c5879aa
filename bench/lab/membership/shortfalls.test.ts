import { expect, test } from 'vitest'
import { ReadMeter } from '../clients/read-meter.ts'
import type { Stretch } from '../clients/steady-traffic.ts'
import { noReads } from '../oracle/tally.ts'
import type { MembershipRun, Phase } from './run-membership.ts'
import { shortfallsOf } from './shortfalls.ts'

const QUOTAS = { reads: 100, acknowledgements: 10, fromPeers: 5 }

function goodStretch(): Stretch {
  const meter = new ReadMeter(0)
  for (let i = 0; i < 100; i++)
    meter.answered({ sentMs: i, answeredMs: i + 1, fresh: true, freshHit: true, fromPeer: i % 10 === 0 })
  return {
    ms: 1_000,
    meter,
    answers: { ...noReads(), hits: 90, loaded: 10 },
    loads: 10,
    acknowledged: 10,
    byLease: 1,
    refused: 0,
    longestWithoutFreshMs: 10,
    longestWithoutHitMs: 10,
    longestWithoutAcknowledgementMs: 100,
  }
}

function phase(name: string, nodes: Phase['nodes'], moved: number): Phase {
  return { name, stretch: goodStretch(), nodes, moved, agreedMs: 100 }
}

/** A run that saw everything. */
function goodRun() {
  const phases: [Phase, Phase, Phase, Phase] = [
    phase('steady', [3, 3], 0),
    phase('killed', [3, 2], 1 / 3),
    phase('added', [2, 3], 1 / 3),
    phase('drained', [3, 2], 0.4),
  ]
  return { phases, violations: [], fallen: [] } satisfies MembershipRun
}

test('a run that saw everything, and nothing wrong, is a proof', () => {
  expect(shortfallsOf(goodRun(), QUOTAS)).toEqual([])
})

test.each<[string, (run: ReturnType<typeof goodRun>) => unknown, RegExp]>([
  [
    'a read that nobody answered',
    ({ phases }) => phases[1].stretch.meter.failed('refused'),
    /killed: 1 reads failed \(refused\)/,
  ],
  ['too few reads', ({ phases }) => (phases[2].stretch.meter.reads = 99), /added: checked reads: 99 of 100/],
  ['nothing acknowledged', ({ phases }) => (phases[3].stretch.acknowledged = 0), /drained: acknowledgements: 0 of 10/],
  [
    'nodes that do not ask each other',
    ({ phases }) => (phases[0].stretch.meter.fromPeers = 0),
    /steady: answers from other nodes/,
  ],
  [
    'a cache that always loads',
    ({ phases }) => (phases[0].stretch.answers = { ...noReads(), loaded: 100 }),
    /hit ratio 0.00/,
  ],
  ['too many keys moved', ({ phases }) => (phases[1].moved = 0.44), /killed: 0.440 of the keys moved/],
  ['keys that did not move: nothing happened', ({ phases }) => (phases[2].moved = 0), /only 0.000 of the keys moved/],
  ['a ring that moves by itself', ({ phases }) => (phases[0].moved = 0.01), /nothing had changed/],
  ['a node that was not lost', ({ phases }) => Object.assign(phases[1], { nodes: [3, 3] }), /from 3 nodes to 3/],
  ['a change that is missing', ({ phases }) => phases.splice(3, 1), /2 of 3/],
  ['nobody who waited for the dead', ({ phases }) => (phases[1].stretch.byLease = 0), /waited for the killed node/],
])('%s is none', (_, spoil, shortfall) => {
  const run = goodRun()
  spoil(run)
  expect(shortfallsOf(run, QUOTAS).join('\n')).toMatch(shortfall)
})
