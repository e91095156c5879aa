import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyWeight, arbitraryNodes } from '../testing/arbitrary-ring.ts'
import { layOut } from './ring-points.ts'

const anyPlace = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1))

it('lays the points out in ascending order, ten for each unit of a weight', () => {
  fc.assert(
    fc.property(arbitraryNodes({ weight: anyWeight, maxLength: 6 }), (nodes) => {
      const { places, owners } = layOut(nodes)
      expect(places.findIndex((place, i) => place < (places[i - 1] ?? 0))).toBe(-1)
      const counts = nodes.map(() => 0)
      for (const owner of owners) counts[owner] = (counts[owner] ?? 0) + 1
      expect(counts).toEqual(nodes.map(({ weight }) => weight * 10))
    }),
  )
})

it('finds the first point at or after any place as a search from the beginning does, and the first of all after the last', () => {
  fc.assert(
    fc.property(arbitraryNodes({ weight: anyWeight, maxLength: 4 }), fc.array(anyPlace), (nodes, asked) => {
      const { places, firstFrom } = layOut(nodes)
      const ends = [places[0] ?? 0, places.at(-1) ?? 0].flatMap((place) => [place, (place + 1) >>> 0])
      for (const place of [...asked, ...ends])
        expect(firstFrom(place)).toBe(
          Math.max(
            0,
            places.findIndex((at) => at >= place),
          ),
        )
    }),
  )
})

it("does not let a node's points depend on who else is there", () => {
  const alone = layOut([{ id: 'b', weight: 7 }])
  const { places, owners } = layOut(['a', 'b', 'c'].map((id) => ({ id, weight: 7 })))
  expect(places.filter((_, i) => owners[i] === 1)).toEqual(alone.places)
})
