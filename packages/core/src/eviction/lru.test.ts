import { expect, it } from 'vitest'
import { describeEvictionContract } from '../testing/eviction-contract.ts'
import { LruStore } from './lru.ts'
import { storeCreatorOf } from './make-store.ts'

describeEvictionContract('lru', storeCreatorOf('lru'))

it('gives up what was used longest ago, where a get is a use and a peek is none', () => {
  const evicted: string[] = []
  const store = new LruStore<string>({ maxBytes: 1_000, maxEntries: 3 }, (key) => evicted.push(key))
  for (const key of ['a', 'b', 'c']) store.set(key, key, 1)
  store.get('a')
  store.peek('b')
  store.set('d', 'd', 1)
  store.set('e', 'e', 1)
  expect(evicted).toEqual(['b', 'c'])
})

it('costs next to nothing before it is used, however many entries it may hold', () => {
  const before = process.memoryUsage()
  const store = new LruStore<string>({ maxBytes: 1e12, maxEntries: 50_000_000 })
  const after = process.memoryUsage()
  expect(store.count).toBe(0)
  expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(4e6)
})
