import { describe, expect, it } from 'vitest'
import { type Entry, entrySizeBytes } from '../entries/entry.ts'
import { makeAbsence } from '../entries/make-entry.ts'
import { LruStore } from '../eviction/lru.ts'
import { MemoryTier } from './memory-tier.ts'

const [GEN_1, GEN_2] = ['0000000000000001', '0000000000000002']

function setUp(maxEntries = 10) {
  return new MemoryTier(new LruStore<Entry>({ maxBytes: 1e6, maxEntries }))
}

const entry = (epoch: number, generation = GEN_1) => makeAbsence({ generation, epoch }, 1_000, 0)

describe('putting', () => {
  it('does not let a slow load that ends late replace a newer value', () => {
    const memory = setUp()
    const newer = entry(7)
    memory.put('k', newer)
    memory.put('k', entry(6))
    expect(memory.get('k')).toBe(newer)
  })

  it('replaces what is as old or older, and anything of another generation', () => {
    const memory = setUp()
    for (const next of [entry(5), entry(5), entry(6), entry(0, GEN_2)]) {
      memory.put('k', next)
      expect(memory.get('k')).toBe(next)
    }
  })

  it('counts bytes as the entry says, and stays within its bounds', () => {
    const memory = setUp(2)
    for (const key of ['a', 'b', 'c']) memory.put(key, entry(1))
    expect([memory.count, memory.bytes]).toEqual([2, 2 * entrySizeBytes('b', entry(1))])
    expect(memory.get('a')).toBeUndefined()
  })
})

describe('dropping what is older than an invalidation', () => {
  it.each([
    ['an older value', entry(4), false],
    ['a value as new as it: the write that it speaks of', entry(5), true],
    ['a newer value', entry(6), true],
    ['a value of another generation', entry(9, GEN_2), false],
  ])('%s', (_what, held, stays) => {
    const memory = setUp()
    memory.put('k', held)
    memory.put('other', held)
    memory.dropOlder('k', { generation: GEN_1, epoch: 5 })
    expect(memory.get('k') !== undefined).toBe(stays)
    expect(memory.get('other')).toBe(held)
  })

  it('of a key that is not there does nothing', () => {
    const memory = setUp()
    memory.dropOlder('k', { generation: GEN_1, epoch: 5 })
    expect([memory.count, memory.bytes]).toEqual([0, 0])
  })
})
