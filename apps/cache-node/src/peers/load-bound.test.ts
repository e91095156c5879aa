import { describe, expect, it } from 'vitest'
import { isOverloaded } from './load-bound.ts'

describe('a node is passed over', () => {
  it.each([
    // in flight there, in flight at all, nodes
    [100, 120, 4, true],
    [70, 250, 4, false],
    [79, 250, 4, true],
    [63, 63, 4, false],
    [64, 64, 4, true],
    [200, 400, 2, false],
    [1_000, 1_000, 1, false],
  ])('with %d of %d requests spread over %d nodes: %s', (inFlight, total, nodes, over) => {
    expect(isOverloaded(inFlight, total, nodes)).toBe(over)
  })
})
