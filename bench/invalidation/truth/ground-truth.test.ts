import { expect, it } from 'vitest'
import { Catalogue } from '../stage/catalogue.ts'
import { GroundTruth } from './ground-truth.ts'

const FILLED_MS = 1_000
const LATER_MS = 60_000

function truth() {
  return new GroundTruth(new Catalogue(100), FILLED_MS)
}

it('a load after its key was invalidated is nobody else’s fault', () => {
  const it = truth()
  it.invalidated([7], [], LATER_MS)
  it.loaded(7, LATER_MS + 5)
  expect(it.loads).toEqual({ invalidated: 1, 'side by side': 0, innocent: 0 })
})

it('a load after its tag was invalidated neither', () => {
  const it = truth()
  it.invalidated([], [0], LATER_MS)
  it.loaded(7, LATER_MS + 5)
  it.loaded(17, LATER_MS + 5)
  expect(it.loads).toEqual({ invalidated: 1, 'side by side': 0, innocent: 1 })
})

it('a load for no reason is innocent, and so is the second after one reason', () => {
  const it = truth()
  it.loaded(7, LATER_MS)
  it.invalidated([8], [], LATER_MS)
  it.loaded(8, LATER_MS + 2_000)
  it.loaded(8, LATER_MS + 5_000)
  expect(it.loads).toEqual({ invalidated: 1, 'side by side': 0, innocent: 2 })
  expect(it.innocentShare).toBeCloseTo(2 / 3)
})

it('two nodes that load at the same time are no miss of the index', () => {
  const it = truth()
  it.loaded(7, LATER_MS)
  it.loaded(7, LATER_MS + 20)
  expect(it.loads).toEqual({ invalidated: 0, 'side by side': 1, innocent: 1 })
})

it('an invalidation that was under way during a load counts against the load', () => {
  const it = truth()
  it.invalidated([7], [], LATER_MS)
  it.loaded(7, LATER_MS + 1)
  it.invalidated([7], [], LATER_MS + 2)
  it.loaded(7, LATER_MS + 10_000)
  expect(it.loads).toEqual({ invalidated: 2, 'side by side': 0, innocent: 0 })
})

it('names that are not cached are nobody’s', () => {
  const it = truth()
  it.invalidated([5_000], [], LATER_MS)
  it.loaded(7, LATER_MS + 5)
  expect(it.loads.innocent).toBe(1)
})
