import type { NodeAnnouncement, TopologyNode } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import { announcementOf } from '@freshet/core/testing/announcement'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Membership } from './membership.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const flush = () => vi.advanceTimersByTimeAsync(0)

/** A node before a registry that is told what to say; `down`: it cannot be reached. */
function setUp(takesPart = true) {
  const registry = {
    down: false,
    others: [] as TopologyNode[],
    own: null as TopologyNode | null,
    change: 0,
    reads: [] as (number | null)[],
  }
  const errors: unknown[] = []
  const clock = new ManualClock()
  const self = { state: 'coherent' as NodeAnnouncement['state'] }
  let ring = () => {}
  const ended = vi.fn()
  const answer = <T>(value: () => T) => (registry.down ? Promise.reject(new Error('away')) : Promise.resolve(value()))
  const membership = new Membership({
    registry: {
      announce: (announcement) =>
        answer(() => {
          if (JSON.stringify(registry.own) !== JSON.stringify(announcement)) registry.change++
          registry.own = announcement
          return registry.change
        }),
      changesSince: (since) => {
        registry.reads.push(since)
        const nodes = registry.own === null ? registry.others : [registry.own, ...registry.others]
        return answer(() => ({ change: registry.change, whole: true, nodes, gone: [] }))
      },
      withdraw: () =>
        answer(() => {
          registry.own = null
        }),
    },
    onDoorbell: (callback) => {
      ring = callback
      return ended
    },
    describe: () => announcementOf('self', self),
    takesPart,
    clock,
    onError: (error) => errors.push(error),
  })
  return { membership, registry, self, clock, errors, ended, ring: () => ring() }
}

it('joins the ring when it was coherent for the first time, and stays in it without a lease', async () => {
  const { membership, registry, self } = setUp()
  self.state = 'syncing'
  membership.start()
  await flush()
  expect([registry.own?.inRing, membership.ring.size]).toEqual([false, 0])
  self.state = 'coherent'
  await vi.advanceTimersByTimeAsync(1_000)
  expect([registry.own?.inRing, membership.ring.size]).toEqual([true, 1])
  self.state = 'degraded'
  await vi.advanceTimersByTimeAsync(1_000)
  expect(registry.own?.inRing).toBe(true)
})

it('keeps every key before it has read who else is there, and its own part from then on', async () => {
  const { membership, registry } = setUp()
  registry.others = [announcementOf('other')]
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
  expect(keys.every((key) => membership.owns(key))).toBe(true)
  expect([membership.topology, membership.preferenceOf('k', 2)]).toEqual([null, []])
  membership.start()
  await flush()
  const owned = keys.filter((key) => membership.owns(key))
  expect(owned.length).toBeGreaterThan(20)
  expect(owned.length).toBeLessThan(80)
  for (const key of keys) expect(membership.preferenceOf(key, 2)[0]?.id).toBe(membership.owns(key) ? 'self' : 'other')
})

it('answers for every key by itself when it takes no part in the ring', async () => {
  const { membership, registry } = setUp(false)
  registry.others = [announcementOf('other')]
  membership.start()
  await flush()
  expect(registry.own?.inRing).toBe(false)
  expect([membership.owns('k'), membership.preferenceOf('k', 2), membership.topology?.nodes.length]).toEqual([
    true,
    [],
    2,
  ])
})

it('owns nothing while it drains, and is back when that ends', async () => {
  const { membership, registry } = setUp()
  registry.others = [announcementOf('other')]
  const heard: boolean[] = []
  membership.onChange(() => heard.push(membership.draining))
  membership.start()
  await flush()
  await membership.drain()
  await membership.drain()
  expect([registry.own?.draining, membership.draining, membership.ring.size]).toEqual([true, true, 1])
  expect(['a', 'b', 'c', 'd'].some((key) => membership.owns(key))).toBe(false)
  await membership.undrain()
  expect([registry.own?.draining, membership.draining, membership.ring.size]).toEqual([false, false, 2])
  expect(heard).toEqual([false, true, false])
})

it('cannot be brought back once its process is about to end', async () => {
  const { membership } = setUp()
  membership.start()
  await membership.depart()
  await expect(membership.undrain()).rejects.toThrow(new AppError('draining', 'This node is shutting down'))
  expect(membership.draining).toBe(true)
})

it('reads the list at the doorbell, and otherwise only when its count of changes moved', async () => {
  const { membership, registry, ring } = setUp()
  membership.start()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(registry.reads).toEqual([null])
  registry.change = 5
  ring()
  await flush()
  expect(registry.reads).toEqual([null, 1])
  registry.change = 9
  await vi.advanceTimersByTimeAsync(1_000)
  expect(registry.reads).toEqual([null, 1, 5])
})

it('reads the whole list now and then: a failover can lose a change and give its number to another', async () => {
  const { membership, registry } = setUp()
  membership.start()
  await vi.advanceTimersByTimeAsync(65_000)
  expect(registry.reads).toEqual([null, null])
})

it('gathers changes for nine times as long as the last one took to take in', async () => {
  const { membership, registry, clock, ring } = setUp()
  membership.start()
  await flush()
  membership.onChange(() => clock.advance(50))
  const join = async (id: string) => {
    registry.others.push(announcementOf(id))
    registry.change++
    ring()
    await flush()
  }
  await join('first')
  expect(membership.ring.size).toBe(2)
  for (const id of ['second', 'third']) await join(id)
  expect(membership.ring.size).toBe(2)
  await vi.advanceTimersByTimeAsync(449)
  expect(membership.ring.size).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(membership.ring.size).toBe(4)
})

it('lets the last topology stand while the registry is away, and says so', async () => {
  const { membership, registry, errors } = setUp()
  registry.others = [announcementOf('other')]
  membership.start()
  await flush()
  const { topology } = membership
  registry.down = true
  await vi.advanceTimersByTimeAsync(20_000)
  expect(membership.topology).toBe(topology)
  expect(errors).toHaveLength(20)
  // Who drains it now is told nothing false: its own probe fails, and the others hear of it later.
  await membership.drain()
  expect(membership.draining).toBe(true)
  registry.down = false
  await vi.advanceTimersByTimeAsync(1_000)
  expect(registry.own?.draining).toBe(true)
})

it('goes off the list for good: no announcement follows', async () => {
  const { membership, registry, ended } = setUp()
  membership.start()
  await flush()
  void membership.drain()
  await membership.leave()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(registry.own).toBeNull()
  expect(ended).toHaveBeenCalledOnce()
})
