import { expect, it } from 'vitest'
import { Nodes } from './nodes.ts'

it('picks every node, and never the one that was just tried', () => {
  const nodes = new Nodes(['a', 'b', 'c'])
  const picked = Array.from({ length: 200 }, () => nodes.pick(0, 'b'))
  expect(new Set(picked)).toEqual(new Set(['a', 'c']))
  expect(nodes.pick(0, null, () => 0.999)).toBe('c')
})

it('leaves a node alone for a second after it did not answer', () => {
  const nodes = new Nodes(['a', 'b'])
  nodes.rest('a', 5_000)
  expect([0, 0.4, 0.9].map((dice) => nodes.pick(5_999, null, () => dice))).toEqual(['b', 'b', 'b'])
  expect(nodes.pick(6_000, null, () => 0)).toBe('a')
  nodes.rest('a', 6_000)
  nodes.rest('b', 6_000)
  expect(nodes.pick(6_500)).toBeNull()
})
