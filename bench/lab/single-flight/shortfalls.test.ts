import { expect, test } from 'vitest'
import type { Flown } from './run-single-flight.ts'
import { shortfallsOf } from './shortfalls.ts'

const LIMITS = { readers: 10, loads: [1, 2], addedMs: 1_000 } as const

const goodRuns = (): [Flown, Flown] => {
  const one = { readers: 10, answered: 10, otherwise: '', medianAfterMs: 300, lastAfterMs: 500, since: 'since then' }
  return [
    { ...one, name: 'all', loads: 1 },
    { ...one, name: 'orphaned', loads: 2 },
  ]
}

test('figures within the limits are a proof', () => {
  expect(shortfallsOf(goodRuns(), LIMITS)).toEqual([])
})

test.each<[string, (flown: [Flown, Flown]) => unknown, RegExp]>([
  ['a second load', ([all]) => (all.loads = 2), /all: 2 loads/],
  ['a source that was not asked', ([all]) => (all.loads = 0), /all: 0 loads/],
  ['a third load', ([, orphaned]) => (orphaned.loads = 3), /orphaned: 3 loads/],
  ['a read without its value', ([, orphaned]) => (orphaned.answered = 9), /9 of 10 got the value/],
  ['a reader that was never sent', ([all]) => Object.assign(all, { readers: 9, answered: 9 }), /9 of 10 reads/],
  ['a read that waited', ([, orphaned]) => (orphaned.lastAfterMs = 1_501), /waited 1001 ms/],
  ['a run that is missing', (flown) => flown.pop(), /runs: 1 of 2/],
])('%s is none', (_, spoil, shortfall) => {
  const flown = goodRuns()
  spoil(flown)
  expect(shortfallsOf(flown, LIMITS).join('\n')).toMatch(shortfall)
})
