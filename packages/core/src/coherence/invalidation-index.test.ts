import fc from 'fast-check'
import { expect, it } from 'vitest'
import { InvalidationIndex } from './invalidation-index.ts'

const history = fc.array(
  fc.record({ key: fc.string({ minLength: 1, maxLength: 3 }), epoch: fc.integer({ min: 1, max: 1_000 }) }),
)

it('never forgets: whatever was noted, in any order and however little memory there is, stays known', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 4 }), (notes, maxKeys) => {
      const index = new InvalidationIndex({ maxKeys, buckets: 4 })
      for (const { key, epoch } of notes) index.noteKey(key, epoch)
      for (const { key, epoch } of notes) expect(index.newest(key)).toBeGreaterThanOrEqual(epoch)
    }),
  )
})

it('is exact while it has room', () => {
  fc.assert(
    fc.property(history, (notes) => {
      const index = new InvalidationIndex({ maxKeys: 10_000, buckets: 4 })
      const newest = new Map<string, number>()
      for (const { key, epoch } of notes) {
        index.noteKey(key, epoch)
        newest.set(key, Math.max(newest.get(key) ?? 0, epoch))
      }
      for (const [key, epoch] of newest) expect(index.newest(key)).toBe(epoch)
      expect(index.newest('a key that nobody noted')).toBe(0)
    }),
  )
})

it('folds the key that was quiet for longest', () => {
  const index = new InvalidationIndex({ maxKeys: 2, buckets: 1_024 })
  index.noteKey('a', 1)
  index.noteKey('b', 2)
  index.noteKey('a', 3)
  index.noteKey('c', 4)
  expect([index.newest('a'), index.newest('b'), index.newest('c')]).toEqual([3, 2, 4])
})

it('has a floor under every key, which never sinks', () => {
  const index = new InvalidationIndex()
  index.raiseFloor(7)
  index.raiseFloor(5)
  index.noteKey('a', 6)
  expect([index.newest('a'), index.newest('b')]).toEqual([7, 7])
})

it('refuses a table whose size is no power of two, since a mask would skip buckets', () => {
  expect(() => new InvalidationIndex({ maxKeys: 1, buckets: 3 })).toThrow(RangeError)
})
