import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyWeight, arbitraryNodes } from '../testing/arbitrary-ring.ts'
import { capacityOf, firstWithRoom, type Loads } from './bounded-load.ts'
import { HashRing } from './hash-ring.ts'

/** Requests in flight on a ring of some nodes; each stays until it is ended. */
function setUp(ring: HashRing) {
  const inFlight = new Map<string, number>()
  const shares = ring.shares()
  const loads: Loads = {
    get total() {
      return [...inFlight.values()].reduce((sum, count) => sum + count, 0)
    },
    inFlightAt: (id) => inFlight.get(id) ?? 0,
    shareOf: (id) => shares.get(id) ?? 0,
  }
  const send = (key: string) => {
    const id = firstWithRoom(ring.preferenceOf(key, ring.size), loads)
    if (id !== undefined) inFlight.set(id, loads.inFlightAt(id) + 1)
    return id
  }
  const end = (id: string) => inFlight.set(id, loads.inFlightAt(id) - 1)
  return { loads, send, end }
}

it('lets no node have more than a quarter over its share in flight, be it one key that all ask for', () => {
  const request = fc.oneof({ arbitrary: fc.constant('hot'), weight: 3 }, fc.string())
  fc.assert(
    fc.property(arbitraryNodes({ weight: anyWeight }), fc.array(request, { maxLength: 300 }), (nodes, requests) => {
      const ring = new HashRing(nodes)
      const { loads, send } = setUp(ring)
      for (const key of requests) {
        const id = send(key)
        // Of a whole ring some node always has room.
        expect(id).toBeDefined()
        expect(loads.inFlightAt(id ?? '')).toBeLessThanOrEqual(capacityOf(loads.shareOf(id ?? ''), loads.total))
      }
    }),
  )
})

it('leaves a key with its owner as long as that has room, and brings it back when it has room again', () => {
  const ring = new HashRing(['a', 'b', 'c'].map((id) => ({ id, weight: 100, zone: null })))
  const { send, end } = setUp(ring)
  const owner = ring.ownerOf('hot') ?? ''
  expect(send('hot')).toBe(owner)
  const next = send('hot')
  expect(next).toBe(ring.preferenceOf('hot', 2)[1])
  end(owner)
  expect(send('hot')).toBe(owner)
})

it('says so when nobody who was named has room', () => {
  const loads: Loads = { total: 9, inFlightAt: () => 9, shareOf: () => 0.5 }
  expect(firstWithRoom(['a', 'b'], loads)).toBeUndefined()
})
