import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Entry } from '../entries/entry.ts'
import { makeEntry } from '../entries/make-entry.ts'
import { LruStore } from '../eviction/lru.ts'
import { defaultPolicy } from '../policy/namespace-policy.ts'
import { MemorySettling } from './memory-settling.ts'
import { MemoryTier } from './memory-tier.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const entry = makeEntry(
  { body: Buffer.from('v'), contentType: 'text/plain', etag: null, tags: [], ttlMs: null, swrMs: null, sieMs: null },
  { generation: '0000000000000001', epoch: 1 },
  defaultPolicy(),
  0,
)

function settlingWorld() {
  const store = new LruStore<Entry>({ maxBytes: 1e8, maxEntries: 100_000 })
  const guests = new LruStore<Entry>({ maxBytes: 1e6, maxEntries: 100 })
  const ring = { owns: (_key: string): boolean => true }
  const memory = new MemoryTier(store, { store: guests, owns: (key) => ring.owns(key) })
  return { ring, memory, store, guests, settling: new MemorySettling(memory, 10_000) }
}

test('what is no longer owned is let go of a slice at a time, once the ring has stood still', () => {
  const { ring, memory, settling } = settlingWorld()
  for (let i = 0; i < 2_000; i++) memory.put(`k${i}`, entry)
  ring.owns = (key) => key === 'k1999'
  settling.ringChanged()
  vi.advanceTimersByTime(9_999)
  expect(memory.count).toBe(2_000)
  vi.advanceTimersByTime(1)
  expect(memory.count).toBe(1_501)
  vi.advanceTimersByTime(1_000)
  expect([...memory.keys()]).toEqual(['k1999'])
})

test('a ring that changes back in time costs nothing', () => {
  const { ring, memory, settling } = settlingWorld()
  memory.put('k', entry)
  ring.owns = () => false
  settling.ringChanged()
  vi.advanceTimersByTime(5_000)
  ring.owns = () => true
  settling.ringChanged()
  vi.advanceTimersByTime(60_000)
  expect(memory.get('k')).toBe(entry)
})

test('a guest whose key is owned now moves in', () => {
  const { ring, memory, store, guests, settling } = settlingWorld()
  ring.owns = () => false
  memory.put('k', entry)
  expect([store.count, guests.count]).toEqual([0, 1])
  ring.owns = () => true
  settling.ringChanged()
  vi.advanceTimersByTime(10_000)
  expect([store.count, guests.count]).toEqual([1, 0])
})

test('a stopped walk lets go of nothing more', () => {
  const { ring, memory, settling } = settlingWorld()
  for (let i = 0; i < 2_000; i++) memory.put(`k${i}`, entry)
  ring.owns = () => false
  settling.ringChanged()
  vi.advanceTimersByTime(10_000)
  settling.stop()
  vi.advanceTimersByTime(60_000)
  expect(memory.count).toBe(1_500)
})
