import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KeyBuckets } from './key-buckets.ts'

it('never lets a key escape that was folded in, however full it is', () => {
  const folds = fc.array(fc.tuple(fc.string(), fc.integer({ min: 1, max: 2 ** 48 })), { maxLength: 200 })
  fc.assert(
    fc.property(folds, (folded) => {
      const buckets = new KeyBuckets(4)
      for (const [key, epoch] of folded) buckets.fold(key, epoch)
      for (const [key, epoch] of folded) expect(buckets.newest(key)).toBeGreaterThanOrEqual(epoch)
    }),
  )
})

it('keeps the newest epoch of a bucket, in whatever order they come', () => {
  const buckets = new KeyBuckets(2)
  buckets.fold('k', 7)
  buckets.fold('k', 3)
  expect(buckets.newest('k')).toBe(7)
})

it('suspects nobody while it is empty', () => {
  expect(new KeyBuckets(2).newest('k')).toBe(0)
})

it('spreads keys that differ only at their end evenly, so that few innocents suffer', () => {
  const buckets = new KeyBuckets(1_024)
  for (let i = 0; i < 1_024; i++) buckets.fold(`products:${i}`, 1)
  let suspects = 0
  for (let i = 0; i < 10_000; i++) if (buckets.newest(`users:${i}:profile`) > 0) suspects++
  // 1 - 1/e of the buckets are taken by as many keys as there are buckets.
  expect(suspects / 10_000).toBeGreaterThan(0.58)
  expect(suspects / 10_000).toBeLessThan(0.68)
})

it.each([0, 1, 3, 100, -2])('refuses %d buckets: a mask needs a power of two', (count) => {
  expect(() => new KeyBuckets(count)).toThrow(RangeError)
})
