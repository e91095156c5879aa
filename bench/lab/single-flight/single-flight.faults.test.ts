import { expect, test } from 'vitest'
import { runSingleFlight } from './run-single-flight.ts'
import { shortfallsOf } from './shortfalls.ts'

const READERS = 2_000

test('many reads of one cold key over five nodes reach the origin once, and twice when the owner is killed meanwhile', async () => {
  const flown = await runSingleFlight({ nodes: 5, readers: READERS, leaseMs: 800 })
  console.log(flown)
  expect(shortfallsOf(flown, { readers: READERS, loads: [1, 2], addedMs: 1_000 })).toEqual([])
})
