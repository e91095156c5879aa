import { expect, it } from 'vitest'
import { describeEvictionContract } from '../testing/eviction-contract.ts'
import { LfuStore } from './lfu.ts'
import { storeCreatorOf } from './make-store.ts'

describeEvictionContract('lfu', storeCreatorOf('lfu'))

function storeOf(maxEntries: number) {
  const evicted: string[] = []
  const store = new LfuStore<string>({ maxBytes: 1e9, maxEntries }, (key) => evicted.push(key))
  const use = (key: string, times: number) => {
    for (let i = 0; i < times; i++) store.get(key)
  }
  return { store, evicted, use }
}

it('gives up what is used least, and among equals what was used longest ago', () => {
  const { store, evicted, use } = storeOf(4)
  for (const key of ['hot', 'warm', 'cold', 'cool']) store.set(key, key, 1)
  use('hot', 100)
  use('warm', 5)
  for (let i = 0; i < 4; i++) store.set(`once${i}`, 'x', 1)
  expect(evicted).toEqual(['cold', 'cool', 'once0', 'once1'])
  expect(store.peek('hot')).toBe('hot')
  expect(store.peek('warm')).toBe('warm')
})

it('keeps what is hot through a scan of any length that an LRU would lose it to', () => {
  const { store, use } = storeOf(50)
  for (let i = 0; i < 20; i++) store.set(`hot${i}`, 'x', 1)
  for (let scan = 0; scan < 20_000; scan++) {
    use(`hot${scan % 20}`, 1)
    store.set(`scan${scan}`, 'x', 1)
  }
  for (let i = 0; i < 20; i++) expect(store.peek(`hot${i}`)).toBe('x')
})

it('forgets old heat: what was hot once gives way to what is used now', () => {
  const { store, evicted, use } = storeOf(10)
  for (let i = 0; i < 10; i++) {
    store.set(`old${i}`, 'x', 1)
    use(`old${i}`, 500)
  }
  for (let round = 0; round < 2_000; round++) {
    for (let i = 0; i < 5; i++) if (store.get(`new${i}`) === undefined) store.set(`new${i}`, 'x', 1)
  }
  expect(evicted.filter((key) => key.startsWith('old')).length).toBeGreaterThanOrEqual(5)
  for (let i = 0; i < 5; i++) expect(store.peek(`new${i}`)).toBe('x')
})

it('keeps the order of heat through many ageings', () => {
  const { store, use } = storeOf(100)
  for (let i = 0; i < 100; i++) store.set(`k${i}`, 'x', 1)
  // Each key is used in proportion to its number; the ageings in between halve all alike.
  for (let round = 0; round < 400; round++) for (let i = 0; i < 100; i++) use(`k${i}`, i >> 4)
  for (let i = 0; i < 30; i++) store.set(`once${i}`, 'x', 1)
  const kept = [...store.entries()].map(([key]) => key)
  for (let i = 48; i < 100; i++) expect(kept).toContain(`k${i}`)
})

it('loses no entry from its lists while they are spliced by ageing', () => {
  const { store, evicted, use } = storeOf(64)
  for (let round = 0; round < 5_000; round++) {
    store.set(`k${(round * 31) % 97}`, 'x', 1)
    // Long quiet stretches of one hot key age the rest down to the lowest level, and past empty levels.
    if (round % 50 === 0) use(`k${(round * 31) % 97}`, 3_000)
    if (round % 7 === 0) store.delete(`k${(round * 17) % 97}`)
  }
  const kept = [...store.entries()].map(([key]) => key)
  evicted.length = 0
  // One value that fills the store must be able to evict each of them: an entry that no list holds could never go.
  store.set('all', 'x', 1e9)
  expect(evicted.toSorted()).toEqual(kept.toSorted())
  expect([store.count, store.bytes]).toEqual([1, 1e9])
})
