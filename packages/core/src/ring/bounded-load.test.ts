import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyWeight, arbitraryNodes } from '../testing/arbitrary-ring.ts'
import { capacityOf } from './bounded-load.ts'
import { HashRing } from './hash-ring.ts'

/** Requests in flight on a ring, each at the first node of its key's preference that has room; it stays until it is ended. */
function setUp(ring: HashRing) {
  const inFlight = new Map<string, number>()
  const shares = ring.shares()
  let total = 0
  const inFlightAt = (id: string) => inFlight.get(id) ?? 0
  const capacity = (id: string) => capacityOf(shares.get(id) ?? 0, total)
  const send = (key: string) => {
    total++
    const id = ring.preferenceOf(key, ring.size).find((node) => inFlightAt(node) < capacity(node))
    if (id !== undefined) inFlight.set(id, inFlightAt(id) + 1)
    return id
  }
  const end = (id: string) => {
    total--
    inFlight.set(id, inFlightAt(id) - 1)
  }
  return { send, end, inFlightAt, capacity }
}

it('leaves room for every request, and no node more than a quarter over its share, be it one key that all ask for', () => {
  const request = fc.oneof({ arbitrary: fc.constant('hot'), weight: 3 }, fc.string())
  fc.assert(
    fc.property(arbitraryNodes({ weight: anyWeight }), fc.array(request, { maxLength: 300 }), (nodes, requests) => {
      const { send, inFlightAt, capacity } = setUp(new HashRing(nodes))
      for (const key of requests) expect(send(key)).toBeDefined()
      for (const { id } of nodes) expect(inFlightAt(id)).toBeLessThanOrEqual(capacity(id))
    }),
  )
})

it('leaves a key with its owner as long as that has room, and brings it back when it has room again', () => {
  const ring = new HashRing(['a', 'b', 'c'].map((id) => ({ id, weight: 100, zone: null })))
  const { send, end } = setUp(ring)
  const owner = ring.ownerOf('hot') ?? ''
  expect(send('hot')).toBe(owner)
  expect(send('hot')).toBe(ring.preferenceOf('hot', 2)[1])
  end(owner)
  expect(send('hot')).toBe(owner)
})
