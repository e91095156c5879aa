import { expect, test } from 'vitest'
import { ReadMeter } from '../clients/read-meter.ts'
import type { Stretch } from '../clients/steady-traffic.ts'
import { noReads } from '../oracle/tally.ts'
import type { FailoverRun, Struck } from './run-failover.ts'
import { shortfallsOf } from './shortfalls.ts'

const QUOTAS = { reads: 100, acknowledgements: 10 }

function goodStretch(): Stretch {
  const meter = new ReadMeter(0)
  for (let i = 0; i < 100; i++)
    meter.answered({ sentMs: i, answeredMs: i + 1, fresh: i % 2 === 0, freshHit: i % 4 === 0, fromPeer: false })
  return {
    ms: 1_000,
    meter,
    answers: noReads(),
    loads: 10,
    acknowledged: 10,
    byLease: 0,
    refused: 5,
    longestWithoutFreshMs: 10,
    longestWithoutHitMs: 10,
    longestWithoutAcknowledgementMs: 100,
  }
}

/** A run that saw everything. */
function goodRun() {
  const struck: Struck = {
    blow: { name: 'killed', newGeneration: true },
    calm: goodStretch(),
    stretch: goodStretch(),
    evidence: [{ what: 'keys lost', count: 3 }],
    generations: ['a', 'b'],
    replacedMs: 1_000,
    coherentMs: 1_500,
  }
  return { topology: 'Sentinel', struck: [struck] as [Struck], violations: [], fallen: [] } satisfies FailoverRun
}

test('a run that saw everything, and nothing wrong, is a proof', () => {
  expect(shortfallsOf(goodRun(), 1, QUOTAS)).toEqual([])
})

test.each<[string, (run: ReturnType<typeof goodRun>) => unknown, RegExp]>([
  ['no reads', ({ struck: [one] }) => (one.stretch.meter.reads = 0), /checked reads: 0 of 100/],
  ['no acknowledgements before', ({ struck: [one] }) => (one.calm.acknowledged = 0), /acknowledgements: 0 of 10/],
  ['no acknowledgements after', ({ struck: [one] }) => (one.stretch.acknowledged = 0), /acknowledgements: 0 of 10/],
  ['a cache that gave up', ({ struck: [one] }) => (one.stretch.meter.fresh = 5), /fresh answers: 5 of 20/],
  [
    'a loss that cost nothing',
    ({ struck: [one] }) => Object.assign(one, { evidence: [{ what: 'keys lost', count: 0 }] }),
    /keys lost: 0 of 1/,
  ],
  [
    'a log that went on as if nothing had been',
    ({ struck: [one] }) => (one.generations = ['a', 'a']),
    /generation stayed/,
  ],
  ['nodes that wait for the lost one', ({ struck: [one] }) => (one.coherentMs = null), /found who took its place/],
  ['no loss at all', ({ struck }) => struck.splice(0, 1), /blows: 0 of 1/],
])('%s is none', (_, spoil, shortfall) => {
  const run = goodRun()
  spoil(run)
  expect(shortfallsOf(run, 1, QUOTAS).join('\n')).toMatch(shortfall)
})
