import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EpochTable } from './epoch-table.ts'

const notes = fc.array(fc.tuple(fc.string(), fc.integer({ min: 1, max: 2 ** 48 - 1 })), { maxLength: 200 })

it('never lets a name escape that was noted, however full it is', () => {
  fc.assert(
    fc.property(notes, (noted) => {
      const table = new EpochTable(2)
      for (const [name, epoch] of noted) table.note(name, epoch)
      for (const [name, epoch] of noted) expect(table.newest(name)).toBeGreaterThanOrEqual(epoch)
    }),
  )
})

it('keeps the newest epoch of a name, in whatever order they come', () => {
  const table = new EpochTable(1)
  table.note('k', 7)
  table.note('k', 3)
  expect(table.newest('k')).toBe(7)
})

it('folds the oldest name of a bucket when a ninth comes', () => {
  const table = new EpochTable(1)
  for (let i = 1; i <= 9; i++) table.note(`k${i}`, i)
  expect(table.newest('a name that nobody noted')).toBe(1)
  expect(table.newest('k2')).toBe(2)
})

it('says the same once its rows were merged into another of its size', () => {
  fc.assert(
    fc.property(notes, notes, (noted, others) => {
      const [table, merged] = [new EpochTable(2), new EpochTable(2)]
      for (const [name, epoch] of noted) table.note(name, epoch)
      for (const [name, epoch] of others) merged.note(name, epoch)
      for (const row of table.rows()) merged.merge(row)
      for (const [name, epoch] of [...noted, ...others]) expect(merged.newest(name)).toBeGreaterThanOrEqual(epoch)
    }),
  )
})

it('suspects nobody while it is empty, nor for what it was told to forget', () => {
  const table = new EpochTable(2)
  expect(table.newest('k')).toBe(0)
  table.note('k', 3)
  table.note('l', 4)
  table.forgetUpTo(3)
  expect([table.newest('k'), table.newest('l')]).toEqual([0, 4])
})

it('tells a hundred thousand names apart that differ only at their end', () => {
  const table = new EpochTable(1 << 15)
  for (let i = 0; i < 100_000; i++) table.note(`products:${i}`, 1)
  let suspects = 0
  for (let i = 0; i < 100_000; i++) if (table.newest(`users:${i}:profile`) > 0) suspects++
  // Three names a bucket on average: a ninth comes to about one bucket in a thousand.
  expect(suspects / 100_000).toBeLessThan(0.005)
})

it.each([0, 3, 100, -2, 1 << 22])(
  'refuses %d buckets: a mask needs a power of two, a fingerprint its bits',
  (count) => {
    expect(() => new EpochTable(count)).toThrow(RangeError)
  },
)
