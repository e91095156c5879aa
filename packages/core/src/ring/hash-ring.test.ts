import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyWeight, anyZone, arbitraryNodes, keyShapes } from '../testing/arbitrary-ring.ts'
import { HashRing, type RingNode } from './hash-ring.ts'

const keys = Array.from({ length: 2_000 }, (_, i) => `users:${i}`)
const ownersIn = (ring: HashRing) => keys.map((key) => ring.ownerOf(key))

/**
 * How far a node's share may be from what its weight gives it, as a part of that. A share is the sum of as many gaps as
 * the node has points, so that it deviates by 1/√points; five times that happens to one node in two million.
 */
const deviationOf = (weight: number) => 5 / Math.sqrt(10 * weight)

const nodesNamed = (...ids: string[]): RingNode[] => ids.map((id) => ({ id, weight: 100, zone: null }))

it('gives every node its weighted share, within 16% at the usual weight and less for heavier ones', () => {
  expect(deviationOf(100)).toBeLessThan(0.16)
  fc.assert(
    fc.property(arbitraryNodes({ weight: anyWeight }), (nodes) => {
      const shares = new HashRing(nodes).shares()
      const total = nodes.reduce((sum, { weight }) => sum + weight, 0)
      for (const { id, weight } of nodes)
        expect(Math.abs(((shares.get(id) ?? 0) * total) / weight - 1)).toBeLessThan(deviationOf(weight))
    }),
  )
})

it.each([3, 4, 5, 50])('spreads keys of every usual shape over %i nodes as evenly', (count) => {
  const ring = new HashRing(nodesNamed(...Array.from({ length: count }, (_, i) => `cache-${i}`)))
  for (const [shape, keyOf] of Object.entries(keyShapes)) {
    const keysPerNode = 4_000
    const owned = new Map<string | null, number>()
    for (let i = 0; i < count * keysPerNode; i++) {
      const owner = ring.ownerOf(keyOf(i))
      owned.set(owner, (owned.get(owner) ?? 0) + 1)
    }
    // The ring's own bound, and five standard deviations of drawing 4,000 keys a node.
    const bound = deviationOf(100) + 5 / Math.sqrt(keysPerNode)
    expect(owned.size, shape).toBe(count)
    for (const keys of owned.values()) expect(Math.abs(keys / keysPerNode - 1), shape).toBeLessThan(bound)
  }
})

it('takes the same nodes in any order for the same ring', () => {
  fc.assert(
    fc.property(
      arbitraryNodes({ weight: anyWeight, zone: anyZone }).chain((nodes) =>
        fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length })),
      ),
      ([nodes, shuffled]) => {
        const [ring, other] = [new HashRing(nodes), new HashRing(shuffled)]
        for (const key of keys.slice(0, 300)) expect(other.preferenceOf(key, 3)).toEqual(ring.preferenceOf(key, 3))
      },
    ),
  )
})

it('keeps these owners: nodes and clients of one algorithm must agree, whatever version they are', () => {
  const ring = new HashRing([...nodesNamed('cache-0', 'cache-1', 'cache-2'), { id: 'big', weight: 250, zone: 'eu-1' }])
  const owners = ['users:1', 'users:2', 'products:42', 'a', 'Schlüssel'].map((key) => ring.ownerOf(key))
  expect(owners).toMatchInlineSnapshot(`
    [
      "big",
      "cache-2",
      "cache-0",
      "cache-1",
      "cache-1",
    ]
  `)
})

it('moves to a node that joins only what it owns from then on, and that is at most 1.3 of its part', () => {
  fc.assert(
    fc.property(arbitraryNodes({ minLength: 2 }), ([joining, ...rest]) => {
      const [before, after] = [new HashRing(rest), new HashRing([joining as RingNode, ...rest])]
      const owners = ownersIn(before)
      for (const [i, owner] of ownersIn(after).entries()) if (owner !== joining?.id) expect(owner).toBe(owners[i])
      expect(after.shares().get(joining?.id ?? '')).toBeLessThan(1.3 / after.size)
    }),
  )
})

it('moves only what is between a node that changes its weight and the rest: to it if it grows, from it if it shrinks', () => {
  fc.assert(
    fc.property(arbitraryNodes({ minLength: 2, weight: anyWeight }), anyWeight, ([node, ...rest], weight) => {
      const changed = { ...(node as RingNode), weight }
      const [before, after] = [new HashRing([node as RingNode, ...rest]), new HashRing([changed, ...rest])]
      const owners = ownersIn(before)
      for (const [i, owner] of ownersIn(after).entries()) {
        if (owner === owners[i]) continue
        expect(weight > (node?.weight ?? 0) ? owner : owners[i]).toBe(node?.id)
      }
    }),
  )
})

it('names distinct nodes, the owner first, as many as were asked for and there are', () => {
  fc.assert(
    fc.property(arbitraryNodes({ zone: anyZone }), fc.nat({ max: 15 }), fc.string(), (nodes, count, key) => {
      const ring = new HashRing(nodes)
      const preferred = ring.preferenceOf(key, count)
      expect(preferred).toHaveLength(Math.min(count, nodes.length))
      expect(new Set(preferred).size).toBe(preferred.length)
      if (count > 0) expect(preferred[0]).toBe(ring.ownerOf(key))
    }),
  )
})

it('seeks who stands in for the owner in other zones, as long as there are any', () => {
  fc.assert(
    fc.property(arbitraryNodes({ zone: anyZone }), fc.string(), (nodes, key) => {
      const zones = new Map(nodes.map(({ id, zone }) => [id, zone]))
      const order = new HashRing(nodes).preferenceOf(key, nodes.length).map((id) => zones.get(id))
      const different = new Set(order).size
      expect(new Set(order.slice(0, different)).size).toBe(different)
    }),
  )
})

it('lets the next of a key become its owner when the owner goes, where zones do not matter', () => {
  fc.assert(
    fc.property(arbitraryNodes({ minLength: 2 }), ([leaving, ...rest]) => {
      const [before, after] = [new HashRing([leaving as RingNode, ...rest]), new HashRing(rest)]
      for (const key of keys.slice(0, 200))
        expect(after.preferenceOf(key, 3)).toEqual(
          before
            .preferenceOf(key, 4)
            .filter((id) => id !== leaving?.id)
            .slice(0, 3),
        )
    }),
  )
})

it('has no owner and names nobody while nobody is there', () => {
  const ring = new HashRing([])
  expect([ring.size, ring.ownerOf('k'), ring.preferenceOf('k', 3), [...ring.shares()]]).toEqual([0, null, [], []])
})
