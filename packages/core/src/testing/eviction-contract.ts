import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CreateEvictionStore } from '../eviction/policy.ts'

/** What every eviction store promises, whatever it chooses to give up. */
export function describeEvictionContract(name: string, create: CreateEvictionStore): void {
  describe(`eviction store: ${name}`, () => {
    it('returns what was last set', () => {
      const store = create<string>({ maxBytes: 100, maxEntries: 10 })
      store.set('a', 'one', 10)
      store.set('a', 'two', 20)
      expect(store.get('a')).toBe('two')
      expect(store.peek('a')).toBe('two')
      expect(store.get('b')).toBeUndefined()
      expect(store.peek('b')).toBeUndefined()
      expect([store.count, store.bytes]).toEqual([1, 20])
    })

    it('counts the new size when the same object is set again', () => {
      const store = create<object>({ maxBytes: 100, maxEntries: 10 })
      const value = {}
      store.set('a', value, 10)
      store.set('a', value, 30)
      expect(store.bytes).toBe(30)
      expect(store.count).toBe(1)
    })

    it('evicts until a value fits by bytes', () => {
      const evicted: string[] = []
      const store = create<string>({ maxBytes: 100, maxEntries: 10 }, (key) => evicted.push(key))
      for (const key of ['a', 'b', 'c', 'd']) store.set(key, key, 25)
      expect(store.set('e', 'e', 60)).toBe(true)
      expect(evicted).toEqual(['a', 'b', 'c'])
      expect([store.count, store.bytes]).toEqual([2, 85])
    })

    it('evicts until a value fits by entries', () => {
      const evicted: string[] = []
      const store = create<string>({ maxBytes: 1_000, maxEntries: 2 }, (key, value) => evicted.push(`${key}=${value}`))
      store.set('a', '1', 1)
      store.set('b', '2', 1)
      store.set('c', '3', 1)
      expect(evicted).toEqual(['a=1'])
      expect(store.count).toBe(2)
    })

    it('never evicts the entry that grows, only others', () => {
      const evicted: string[] = []
      const store = create<string>({ maxBytes: 100, maxEntries: 10 }, (key) => evicted.push(key))
      store.set('grows', 'small', 10)
      store.set('other', 'x', 50)
      expect(store.set('grows', 'large', 100)).toBe(true)
      expect(store.get('grows')).toBe('large')
      expect(evicted).toEqual(['other'])
      expect([store.count, store.bytes]).toEqual([1, 100])
    })

    it('keeps nothing under the key of a value larger than the store, not even the one before', () => {
      const evicted: string[] = []
      const store = create<string>({ maxBytes: 100, maxEntries: 10 }, (key) => evicted.push(key))
      store.set('a', 'old', 10)
      store.set('b', 'bystander', 10)
      expect(store.set('a', 'new', 101)).toBe(false)
      expect(store.get('a')).toBeUndefined()
      expect(store.get('b')).toBe('bystander')
      expect(store.bytes).toBe(10)
      expect(evicted).toEqual([])
    })

    it('says nothing of what was replaced, deleted or cleared', () => {
      const evicted: string[] = []
      const store = create<string>({ maxBytes: 100, maxEntries: 10 }, (key) => evicted.push(key))
      store.set('a', '1', 1)
      store.set('a', '2', 1)
      expect(store.delete('a')).toBe(true)
      expect(store.delete('a')).toBe(false)
      store.set('b', '3', 1)
      store.clear()
      expect([store.count, store.bytes]).toEqual([0, 0])
      expect(store.get('b')).toBeUndefined()
      expect(evicted).toEqual([])
    })

    it('yields every entry once while those just yielded are deleted, whatever its history', () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (operations, coins) => {
          const store = create<object>({ maxBytes: 1_000, maxEntries: 6 })
          for (const { kind, key } of operations) {
            if (kind === 'set') store.set(key, {}, 1)
            if (kind === 'get') store.get(key)
            if (kind === 'delete') store.delete(key)
          }
          const before = [...store.entries()].map(([key]) => key)
          const seen: string[] = []
          const spared: string[] = []
          for (const [key] of store.entries()) {
            seen.push(key)
            if (coins.next().value) store.delete(key)
            else spared.push(key)
          }
          expect(seen.toSorted()).toEqual(before.toSorted())
          expect([...store.entries()].map(([key]) => key).toSorted()).toEqual(spared.toSorted())
        }),
        { numRuns: 1_000 },
      )
    })

    it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'refuses %d as a size and as a bound, which would unbound it',
      (number) => {
        const store = create<string>({ maxBytes: 100, maxEntries: 10 })
        expect(() => store.set('a', 'x', number)).toThrow(RangeError)
        expect(store.count).toBe(0)
        expect(() => create({ maxBytes: number, maxEntries: 10 })).toThrow(RangeError)
        expect(() => create({ maxBytes: 100, maxEntries: number })).toThrow(RangeError)
      },
    )

    it('agrees with a plain map about all that it keeps, and never passes a bound', () => {
      fc.assert(
        fc.property(limits, fc.array(operation, { maxLength: 200 }), (bounds, operations) => {
          const model = new Map<string, { value: object; bytes: number }>()
          const store = create<object>(bounds, (key, value) => {
            expect(model.get(key)?.value).toBe(value)
            model.delete(key)
          })
          for (const { kind, key, bytes } of operations) {
            if (kind === 'get') expect(store.get(key)).toBe(model.get(key)?.value)
            if (kind === 'peek') expect(store.peek(key)).toBe(model.get(key)?.value)
            if (kind === 'delete') expect(store.delete(key)).toBe(model.delete(key))
            if (kind === 'set') {
              const value = { key }
              const kept = store.set(key, value, bytes)
              expect(kept).toBe(bytes <= bounds.maxBytes)
              if (kept) model.set(key, { value, bytes })
              else model.delete(key)
            }
            expect(store.count).toBe(model.size)
            expect(store.bytes).toBe([...model.values()].reduce((sum, entry) => sum + entry.bytes, 0))
            expect(store.count).toBeLessThanOrEqual(bounds.maxEntries)
            expect(store.bytes).toBeLessThanOrEqual(bounds.maxBytes)
          }
          const kept = [...store.entries()].toSorted(byKey)
          expect(kept).toEqual([...model].map(([key, { value }]) => [key, value] as [string, object]).toSorted(byKey))
        }),
        { numRuns: 300 },
      )
    })
  })
}

const limits = fc.record({ maxBytes: fc.integer({ min: 1, max: 60 }), maxEntries: fc.integer({ min: 1, max: 8 }) })

const operation = fc.record({
  kind: fc.constantFrom('get', 'set', 'set', 'peek', 'delete'),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
  bytes: fc.integer({ min: 1, max: 70 }),
})

const byKey = (a: [string, object], b: [string, object]) => a[0].localeCompare(b[0])
